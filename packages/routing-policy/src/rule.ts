import type { OperationName } from '@hybrid-supabase/core';
import type { BreakerRule } from './breaker.js';
import { presetPolicy, type OperationPolicy, type RoutingPolicy } from './policy.js';

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
}

const defaults: Rule = {
  order: [],
  timeoutMs: 30_000,
  attemptTimeoutMs: undefined,
  idleTimeoutMs: 60_000,
  settleTimeoutMs: 5_000,
  maxAttempts: 3,
  allowRaisedAuthority: false,
  disabledLayers: [],
};

const defaultBreaker: BreakerRule = {
  failureRatio: 0.5,
  minimumCalls: 5,
  windowMs: 30_000,
  pauseMs: 5_000,
  maxPauseMs: 60_000,
  probes: 2,
};

/** The rule of one operation. Whatever the user's policy says, under any key, outranks the preset. */
export function ruleOf(name: OperationName, policy: RoutingPolicy): Rule {
  const said = [presetPolicy, policy].flatMap((one) => [one['*'], ...narrower(name, one)]);
  return said.reduce<Rule>((rule, more) => ({ ...rule, ...given(more) }), defaults);
}

/** The breaker of every layer. */
export const breakerRuleOf = (policy: RoutingPolicy): BreakerRule => ({
  ...defaultBreaker,
  ...given(policy['*']?.breaker),
});

function narrower(name: OperationName, policy: RoutingPolicy): readonly (OperationPolicy | undefined)[] {
  const family = `${name.slice(0, name.indexOf('.'))}.*`;
  return [isFamily(family, policy) ? policy[family] : undefined, policy[name]];
}

const isFamily = (key: string, policy: RoutingPolicy): key is Extract<keyof RoutingPolicy, `${string}.*`> =>
  Object.hasOwn(policy, key);

/** Without the members that are there but undefined: left out means the same. */
function given<T extends object>(one: T | undefined): Partial<T> {
  const said: Partial<T> = { ...one };
  for (const member in said) if (said[member] === undefined) Reflect.deleteProperty(said, member);
  return said;
}
