import {
  errorKinds,
  type Effect,
  type HybridError,
  type LayerError,
  type OperationName,
  type Trail,
} from '@hybrid-supabase/core';
import { err, type Result } from 'neverthrow';
import { refusalOf } from './choose.js';
import type { Next } from './decide.js';
import { defect, hybridError, noLayer } from './hybrid-error.js';
import type { Journey } from './journey.js';
import { skipped } from './plan.js';

/** The caller stopped between two attempts, or before the first. */
export function cancelled<N extends OperationName>(journey: Journey<N>): Result<never, HybridError> {
  account(journey, 'The caller stopped.');
  return over(journey, cancelledError(summaryOf(journey)));
}

/** The router itself failed. */
export const crashed = <N extends OperationName>(journey: Journey<N>, thrown: unknown): Result<never, HybridError> =>
  over(journey, defect(journey.plan.name, journey.trail, thrown));

/** No further attempt: the last error becomes the call's. */
export function ended<N extends OperationName>(journey: Journey<N>, next: Next): Result<never, HybridError> {
  const last = journey.aftermath?.last;
  if (last === undefined) return over(journey, noLayer(journey.plan.name, journey.trail));
  if (isAmbiguous(journey, next, last)) {
    account(journey, 'The write must not be sent again while it may still take effect.');
    return over(journey, ambiguousError(summaryOf(journey), last));
  }
  account(journey, errorKinds[last.kind] === 'answer' ? 'The backend itself has answered.' : 'The call is over.');
  return over(journey, lastError(summaryOf(journey), last));
}

/** A first answer whose effect is unknown stays the backend's answer, and `effect` says the rest. */
function isAmbiguous<N extends OperationName>({ plan, aftermath }: Journey<N>, next: Next, last: LayerError): boolean {
  const mayHaveHappened = plan.operation.effect === 'write' && aftermath?.isUnsettled === true;
  return mayHaveHappened && next !== 'answer' && errorKinds[last.kind] !== 'stop';
}

function over<N extends OperationName>(journey: Journey<N>, error: HybridError): Result<never, HybridError> {
  journey.journal.over(journey.startedMs, error.layer, error.kind);
  return err(error);
}

/** Accounts for the layers that were not reached. A question adds to a trail that says enough of its own layers. */
function account<N extends OperationName>(journey: Journey<N>, why: string): void {
  if (journey.errand.isQuestion) return;
  const { steps } = journey.plan;
  for (let at = journey.accounted; at < steps.length; at += 1) {
    const refusal = steps[at]!.refused ?? refusalOf(steps[at]!, journey);
    journey.journal.skip(refusal ?? skipped(steps[at]!.guarded, { reason: 'not-needed', why }));
  }
}

const summaryOf = <N extends OperationName>({ plan, aftermath, trail }: Journey<N>): Summary => ({
  operation: plan.name,
  layer: aftermath?.layer,
  effect: aftermath?.isUnsettled ? 'unknown' : 'none',
  doubt: aftermath?.doubt ?? '',
  trail,
});

/** What is known of a call that ends without being served. */
interface Summary {
  readonly operation: OperationName;
  /** The layer that was asked last; none when nothing was sent. */
  readonly layer: string | undefined;
  /** Of the whole call: `unknown` as long as any attempt may have taken, or may yet take, effect. */
  readonly effect: Effect;
  /** What the question about a lost write said. */
  readonly doubt: string;
  readonly trail: Trail;
}

function cancelledError({ operation, layer, effect, trail }: Summary): HybridError {
  const message =
    effect === 'none'
      ? 'The caller stopped before anything took effect.'
      : 'The caller stopped; an earlier attempt may have done its work.';
  return hybridError({ kind: 'cancelled', operation, effect, message, trail, ...(layer !== undefined && { layer }) });
}

/** The last layer's error, with what is known of the whole call. */
function lastError({ operation, layer, effect, trail }: Summary, last: LayerError): HybridError {
  const wasFenced = effect === 'none' && last.effect === 'unknown';
  const hint = wasFenced && { hint: 'It is settled that nothing happened: calling again is safe.' };
  return hybridError({ ...last, ...hint, operation, effect, trail, layer: layer ?? last.layer });
}

/** A write that may have happened, or may yet happen. */
function ambiguousError({ operation, layer, doubt, trail }: Summary, last: LayerError): HybridError {
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
