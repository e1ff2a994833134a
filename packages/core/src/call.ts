import type { Result } from 'neverthrow';
import type { LayerError } from './layer-error.js';

/** What the router tells a layer about one attempt. */
export interface Call {
  /** Fires when the attempt is over for the caller: cancelled or past its deadline. It is made when first read, so read it only to pass it on. */
  readonly signal: AbortSignal;
  /** When the attempt ends, in milliseconds of `performance.now()`. */
  readonly deadlineMs: number;
  /** 1 for the first attempt of a call, counted over all layers. */
  readonly attempt: number;
  /** Unique to this attempt: what a ledger fences, so that a late attempt can never commit. */
  readonly attemptId: string;
  /** The caller's key, the same for every attempt on every layer; without one a write cannot be fenced. */
  readonly idempotencyKey?: string;
  /** W3C trace context of the caller, to travel with the request. */
  readonly traceparent?: string;
  /** Says that bytes moved: puts off the idle timeout of an operation that streams. */
  progressed(): void;
  /** Adds a line to the trail: a reconnect, a wait, a resume. Never a secret, never data. */
  note(what: string): void;
}

/** How every port method answers. Resolves always; never rejects. */
export type LayerResult<T> = Promise<Result<T, LayerError>>;

/** The one shape of every port method. */
export type Method<Input, Output> = (input: Input, call: Call) => LayerResult<Output>;
