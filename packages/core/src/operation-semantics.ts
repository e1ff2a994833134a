import type { InputOf, OperationName, OutputOf, ReadName, RepeatableName, WriteName } from './operations.js';
import type { HybridResult } from './result.js';

/**
 * What became of a write whose answer was lost.
 *
 * - `happened`: proven to be this very call; `value` is its result.
 * - `cannot-happen`: the lost attempts are fenced and can never take effect.
 * - `refuses-twin`: not seen yet, and the operation itself refuses a second effect, so that sending it again is safe.
 * - `cannot-tell`: nobody can say; the call ends as `ambiguous` with `why`.
 */
export type Verdict<T> =
  | { readonly verdict: 'happened'; readonly value: T }
  | { readonly verdict: 'cannot-happen' | 'refuses-twin'; readonly why: string }
  | { readonly verdict: 'cannot-tell'; readonly why: string };

/** What a question may use. */
export interface Inquiry {
  /** The caller's key, if it gave one. */
  readonly idempotencyKey?: string;
  /** Every attempt of the call so far whose effect is unknown. */
  readonly attemptIds: readonly string[];
  /** Runs an operation that may be repeated without harm, through any layer, within the call's deadline and trail. */
  ask<N extends RepeatableName>(name: N, input: InputOf<N>): HybridResult<OutputOf<N>>;
}

/** How a write asks whether it happened. Never looks where it could fence: absence proves nothing. */
export type Question<N extends OperationName> = (input: InputOf<N>, inquiry: Inquiry) => Promise<Verdict<OutputOf<N>>>;

/**
 * What a read depends on, or what a change touches: texts that mean nothing to the router, `table:orders` by
 * convention for a table of any schema. Nothing at all where it cannot be known: such a read is never kept, and
 * such a change touches everything. Never a value of the input.
 */
export type Tagging<N extends OperationName> = (input: InputOf<N>) => Tags | undefined | Promise<Tags | undefined>;

/** See {@link Tagging}. */
export type Tags = readonly string[];

/** Whether two answers to the same read mean the same, whichever layers gave them. */
export type Equality<N extends ReadName> = (one: OutputOf<N>, other: OutputOf<N>) => boolean;

/** What the router needs to know of operations without understanding them. */
export interface OperationSemantics {
  /** How each write asks whether it happened. */
  readonly questions: { readonly [W in WriteName]?: Question<W> };
  /** What each operation reads or touches. What is left out is not known. */
  readonly tags?: { readonly [N in OperationName]?: Tagging<N> };
  /** When two answers are equal. What is left out is compared member by member. */
  readonly equal?: { readonly [N in ReadName]?: Equality<N> };
}
