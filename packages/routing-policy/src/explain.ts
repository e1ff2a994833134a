import type { EffectClass, InputOf, Layer, OperationName, SkipReason } from '@hybrid-supabase/core';
import type { Situation } from './admit.js';
import { refusalOf } from './choose.js';
import type { House } from './house.js';
import { inputKey } from './input-key.js';
import type { Plan, Step } from './plan.js';
import type { Rule } from './rule.js';

/** What would happen to one layer if the call were made now. */
export interface LayerOutlook {
  readonly layer: string;
  /** `first` is asked, `next` is asked if those before it cannot serve, `not` is not asked. */
  readonly asked: 'first' | 'next' | 'not';
  readonly reason?: SkipReason;
  /** One sentence. */
  readonly why: string;
  readonly authority: Layer['authority'];
}

/** What would happen to a call, and why, without it. */
export interface Explanation {
  readonly operation: OperationName;
  readonly effectClass: EffectClass;
  /** One sentence: what follows when its answer is lost. */
  readonly whenLost: string;
  readonly layers: readonly LayerOutlook[];
  /** The policy for this operation with nothing left open. */
  readonly rule: Rule;
  /** Whether this very input would be answered from the cache; left out where nothing is cached. */
  readonly cached?: boolean;
}

/** Says what a call would do. Sends nothing, counts nothing, starts no probe. */
export function explain<N extends OperationName>(house: House, plan: Plan<N>, input?: InputOf<N>): Explanation {
  const { name, operation, rule } = plan;
  const situation = { nowMs: 0, endsAtMs: 1, attempts: 0, maxAttempts: rule.maxAttempts, faults: undefined };
  return {
    operation: name,
    effectClass: operation.effect,
    whenLost: whenLost(house, plan),
    layers: outlooks(plan.steps, situation),
    rule,
    ...(rule.cache && { cached: isKept(house, name, input, rule.cache.ttlMs) }),
  };
}

function isKept<N extends OperationName>(house: House, name: N, input: InputOf<N> | undefined, ttlMs: number): boolean {
  // As a door takes it: an input that is left out is an empty one.
  const key = inputKey(input ?? {});
  return key !== undefined && house.cacheOf(name).fresh(key, ttlMs, house.deadlines.clock.nowMs()) !== undefined;
}

function outlooks<N extends OperationName>(steps: readonly Step<N>[], situation: Situation): readonly LayerOutlook[] {
  const refusals = steps.map((step) => step.refused ?? refusalOf(step, situation));
  const first = firstAsked(steps, refusals);
  return steps.map(({ guarded }, at): LayerOutlook => {
    const { name: layer, authority } = guarded.layer;
    const refusal = refusals[at];
    if (refusal) {
      const { reason, why = 'It is not asked.' } = refusal;
      return { layer, asked: 'not', ...(reason && { reason }), why, authority };
    }
    if (at === first) return { layer, asked: 'first', why: firstWhy(guarded.isClosedNow), authority };
    const isShut = !guarded.isClosedNow;
    const why = isShut
      ? 'Its breaker is open: asked only if nobody else can serve.'
      : 'Asked if those before it cannot serve.';
    return isShut && at < first
      ? { layer, asked: 'not', reason: 'breaker', why: 'Its breaker is open and another layer can serve.', authority }
      : { layer, asked: 'next', why, authority };
  });
}

/** As the router chooses: the first whose breaker is closed, or the first at all, because the last one is never shut out. */
function firstAsked<N extends OperationName>(steps: readonly Step<N>[], refusals: readonly unknown[]): number {
  const open = steps.findIndex(({ guarded }, at) => refusals[at] === undefined && guarded.isClosedNow);
  return open === -1 ? refusals.indexOf(undefined) : open;
}

const firstWhy = (isClosed: boolean): string =>
  isClosed ? 'First in order of those that may serve.' : 'Its breaker is open, but nobody else can serve.';

function whenLost<N extends OperationName>(house: House, { name, operation }: Plan<N>): string {
  if (operation.effect !== 'write') return 'It may be sent again, because a second run has no second effect.';
  const question = house.questionOf(name);
  return typeof question === 'function'
    ? 'Nothing is sent again before its own question has settled whether it happened.'
    : `It ends as ambiguous and is not sent again. ${question.why}`;
}
