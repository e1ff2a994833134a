import type { OperationName } from '@hybrid-supabase/core';
import type { BudgetRule } from './attempt-budget.js';
import type { BreakerRule } from './breaker.js';
import type { BulkheadRule } from './bulkhead.js';
import type { ShadowRule } from './shadow.js';
import type { RolloutRule } from './rollout.js';
import type { HedgeRule } from './hedged-attempt.js';
import { mayRunTwice } from './policy-check.js';
import { presetPolicy, type CacheRule, type OperationPolicy, type PolicyKey, type ReadPolicy } from './policy.js';
import type { StoredEntry, StoredPolicy } from './stored-policy.js';

/** What counts for one operation: a policy with nothing left open. */
export interface Rule {
  readonly order: readonly string[];
  readonly timeoutMs: number;
  /** Undefined: an equal share of what is left. */
  readonly attemptTimeoutMs: number | undefined;
  readonly idleTimeoutMs: number;
  readonly settleTimeoutMs: number;
  readonly maxAttempts: number;
  readonly allowRaisedAuthority: boolean;
  readonly disabledLayers: readonly string[];
  /** Undefined: every call takes `order`. */
  readonly rollout: NamedRollout | undefined;
  /** Undefined: every call asks. */
  readonly cache: Required<CacheRule> | undefined;
  /** Undefined: nothing is compared. */
  readonly shadow: ShadowRule | undefined;
  /** Undefined: nothing is sent twice at once. */
  readonly hedge: HedgeRule | undefined;
}

/** A rollout and the key of the policy that it is said under: one key is one rollout, whatever it covers. */
export interface NamedRollout extends RolloutRule {
  readonly key: string;
}

/** What counts for the layers and the whole door. */
export interface DoorRule {
  readonly breaker: BreakerRule;
  readonly budget: BudgetRule;
  readonly cacheEntries: number;
  /** Every rollout that the policy speaks of. */
  readonly rollouts: readonly NamedRollout[];
  bulkheadOf(layer: string): BulkheadRule;
}

const defaultHedge: HedgeRule = { quantile: 0.97, minimumSamples: 50, minimumDelayMs: 1 };

const defaults: Omit<Rule, keyof ReadPolicy> = {
  order: [],
  timeoutMs: 30_000,
  attemptTimeoutMs: undefined,
  idleTimeoutMs: 60_000,
  settleTimeoutMs: 5_000,
  maxAttempts: 3,
  allowRaisedAuthority: false,
  disabledLayers: [],
  rollout: undefined,
};

const defaultBreaker: BreakerRule = {
  failureRatio: 0.5,
  minimumCalls: 5,
  slowCallMs: 10_000,
  slowRatio: 0.8,
  windowMs: 30_000,
  pauseMs: 5_000,
  maxPauseMs: 60_000,
  probes: 2,
};

/** The rule of one operation. Whatever the user's policy says, under any key, outranks the preset. */
export function ruleOf(name: OperationName, policy: StoredPolicy): Rule {
  const said = [...entriesOf(name, presetPolicy), ...entriesOf(name, policy)];
  const rollout = rolloutOf(name, policy);
  const plain = said.reduce<Omit<Rule, keyof ReadPolicy>>(
    (rule, entry) => ({ ...rule, ...given(plainOf(entry)) }),
    defaults,
  );
  return { ...plain, rollout, ...readRuleOf(mayRunTwice(name) ? said : []) };
}

/** The rule of the layers and the door. */
export const doorRuleOf = ({ '*': said, ...narrower }: StoredPolicy): DoorRule => ({
  rollouts: Object.entries({ '*': said, ...narrower }).flatMap(([key, entry]) =>
    entry?.rollout ? [{ ...entry.rollout, key }] : [],
  ),
  budget: { ratio: 0.2, floor: 3, ...given(said?.budget) },
  bulkheadOf: (layer) => ({
    maxInFlight: 100,
    maxQueued: 1_000,
    ...given(said?.bulkheads?.['*']),
    ...given(said?.bulkheads?.[layer]),
  }),
  breaker: { ...defaultBreaker, ...given(said?.breaker) },
  cacheEntries: said?.cacheEntries ?? 1_000,
});

/** What may run twice gets; what is said straight outranks what the same key says under `reads`. */
function readRuleOf(said: readonly StoredEntry[]): Pick<Rule, keyof ReadPolicy> {
  const { cache, hedge, shadow } = said.reduce<ReadPolicy>(
    (rule, entry) => ({ ...rule, ...given(entry.reads), ...given(readOf(entry)) }),
    {},
  );
  return {
    cache: cache ? { staleIfErrorMs: 0, ...given(cache), ttlMs: cache.ttlMs } : undefined,
    shadow: shadow || undefined,
    hedge: hedge ? { ...defaultHedge, ...given(hedge) } : undefined,
  };
}

const readOf = ({ cache, hedge, shadow }: StoredEntry): ReadPolicy => ({
  ...(cache !== undefined && { cache }),
  ...(hedge !== undefined && { hedge }),
  ...(shadow !== undefined && { shadow }),
});

function plainOf(entry: StoredEntry): Omit<OperationPolicy, 'rollout'> {
  const {
    breaker: _b,
    budget: _g,
    bulkheads: _k,
    cacheEntries: _e,
    reads: _r,
    cache: _c,
    hedge: _h,
    rollout: _o,
    shadow: _s,
    ...plain
  } = entry;
  return plain;
}

/** From the widest key to the narrowest. */
const entriesOf = (name: OperationName, policy: StoredPolicy): readonly StoredEntry[] =>
  keysOf(name, policy).flatMap((key) => policy[key] ?? []);

const keysOf = (name: OperationName, policy: StoredPolicy): readonly PolicyKey[] =>
  Object.keys(policy)
    .filter((key): key is PolicyKey => key === '*' || key === name || isFamilyOf(key, name))
    .sort((one, other) => one.length - other.length);

/** The one under the narrowest key that says anything of it. */
function rolloutOf(name: OperationName, policy: StoredPolicy): NamedRollout | undefined {
  const key = keysOf(name, policy).findLast((one) => policy[one]?.rollout !== undefined);
  const rollout = key === undefined ? undefined : policy[key]?.rollout;
  return key === undefined || rollout === undefined ? undefined : { ...rollout, key };
}

const isFamilyOf = (key: string, name: OperationName): boolean =>
  key.endsWith('.*') && name.startsWith(key.slice(0, -1));

/** Without the members that are there but undefined: left out means the same. */
function given<T extends object>(one: T | undefined): Partial<T> {
  const said: Partial<T> = { ...one };
  for (const member in said) if (said[member] === undefined) Reflect.deleteProperty(said, member);
  return said;
}
