import type { Effect, HybridError, LayerError, OperationName, Trail } from '@hybrid-supabase/core';
import { hybridError } from './hybrid-error.js';

/** What is known of a call that ends without being served. */
export interface Summary {
  readonly operation: OperationName;
  /** The layer that was asked last; none when nothing was sent. */
  readonly layer: string | undefined;
  /** Of the whole call: `unknown` as long as any attempt may have taken, or may yet take, effect. */
  readonly effect: Effect;
  /** What the question about a lost write said. */
  readonly doubt: string;
  readonly trail: Trail;
}

/** The caller stopped between two attempts, or before the first. */
export function cancelledError({ operation, layer, effect, trail }: Summary): HybridError {
  const message =
    effect === 'none'
      ? 'The caller stopped before anything took effect.'
      : 'The caller stopped; an earlier attempt may have done its work.';
  return hybridError({ kind: 'cancelled', operation, effect, message, trail, ...(layer !== undefined && { layer }) });
}

/** The last layer's error, with what is known of the whole call. */
export function lastError({ operation, layer, effect, trail }: Summary, last: LayerError): HybridError {
  const wasFenced = effect === 'none' && last.effect === 'unknown';
  const hint = wasFenced && { hint: 'It is settled that nothing happened: calling again is safe.' };
  return hybridError({ ...last, ...hint, operation, effect, trail, layer: layer ?? last.layer });
}

/** A write that may have happened, or may yet happen. */
export function ambiguousError({ operation, layer, doubt, trail }: Summary, last: LayerError): HybridError {
  const message = `${operation} was sent through ${layer ?? last.layer}, and whether it happened is not known. ${doubt} No further attempt was made.`;
  const hint =
    'See for yourself whether it happened before you call again; a call with the same idempotencyKey is safe where a ledger keeps it.';
  return hybridError({
    ...last,
    kind: 'ambiguous',
    operation,
    effect: 'unknown',
    message,
    hint,
    trail,
    layer: layer ?? last.layer,
  });
}
