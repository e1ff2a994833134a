import type { OperationName, TrailEntry } from '@hybrid-supabase/core';
import { refusedByBreaker, refusedByHand, refusedNow, type Situation } from './admit.js';
import { skipped, type Step } from './plan.js';

/** Why a layer that could serve is not asked at this moment, its breaker left aside. */
export function refusalOf<N extends OperationName>({ guarded }: Step<N>, situation: Situation): TrailEntry | undefined {
  if (guarded.isIsolated) return skipped(guarded, refusedByHand);
  const refusal = refusedNow(guarded.layer, situation);
  return refusal && skipped(guarded, refusal);
}

/** The same with the breaker, which never shuts out the last layer that can serve. */
export function refusalAt<N extends OperationName>(
  steps: readonly Step<N>[],
  at: number,
  situation: Situation,
): TrailEntry | undefined {
  const step = steps[at]!;
  const refusal = refusalOf(step, situation);
  if (refusal !== undefined) return refusal;
  if (step.guarded.isOpenTo(situation.nowMs)) return undefined;
  const another = steps
    .slice(at + 1)
    .some((later) => mayServe(later, situation) && later.guarded.isOpenTo(situation.nowMs));
  return another ? skipped(step.guarded, refusedByBreaker) : undefined;
}

/** How many layers are left that may serve. Breakers do not count, because the last one is asked all the same. */
export function othersAfter<N extends OperationName>(
  steps: readonly Step<N>[],
  at: number,
  situation: Situation,
): number {
  let others = 0;
  for (let later = at + 1; later < steps.length; later += 1) if (mayServe(steps[later]!, situation)) others += 1;
  return others;
}

const mayServe = <N extends OperationName>({ method, guarded }: Step<N>, situation: Situation): boolean =>
  method !== undefined && !guarded.isIsolated && refusedNow(guarded.layer, situation) === undefined;
