import type { OperationName } from '@hybrid-supabase/core';
import { err, ok, type Result } from 'neverthrow';
import type { GuardedLayer } from './guarded-layer.js';
import { planOf, type Plan } from './plan.js';
import { isStoredPolicy, policyProblems } from './policy-check.js';
import type { RoutingPolicy } from './policy.js';
import { doorRuleOf, ruleOf, type DoorRule } from './rule.js';
import { plansOf, type Plans } from './walk.js';

/** The policy of a running door. */
export interface PolicyControl {
  /** What was last put into force; the preset stands behind it. */
  readonly current: RoutingPolicy;
  /**
   * Puts another policy into force for every call that starts from now on; calls under way finish under the old
   * one. Breakers, cache and counts live on. A policy with a mistake changes nothing and is answered with every path.
   */
  swap(policy: RoutingPolicy): Result<RoutingPolicy, readonly string[]>;
}

/** The policy in force, worked out for every operation. */
export class RulesInForce implements PolicyControl {
  readonly #layers: readonly GuardedLayer[];
  readonly #swapped: (rule: DoorRule) => void;
  #current: RoutingPolicy;
  #plans: Plans;
  #door: DoorRule;

  /** The policy must hold no mistake; `swapped` is told of every further one. */
  constructor(layers: readonly GuardedLayer[], policy: RoutingPolicy, swapped: (rule: DoorRule) => void) {
    this.#layers = layers;
    this.#current = policy;
    this.#swapped = swapped;
    this.#plans = this.#plansUnder(policy);
    this.#door = doorRuleOf(isStoredPolicy(policy) ? policy : {});
  }

  get door(): DoorRule {
    return this.#door;
  }

  get current(): RoutingPolicy {
    return this.#current;
  }

  planOf<N extends OperationName>(name: N): Plan<N> {
    return this.#plans[name];
  }

  swap(policy: RoutingPolicy): Result<RoutingPolicy, readonly string[]> {
    if (!isStoredPolicy(policy)) return err(policyProblems(policy));
    const replaced = this.#current;
    this.#plans = this.#plansUnder(policy);
    this.#current = policy;
    this.#door = doorRuleOf(policy);
    this.#swapped(this.#door);
    return ok(replaced);
  }

  #plansUnder(policy: RoutingPolicy): Plans {
    const stored = isStoredPolicy(policy) ? policy : {};
    return plansOf((name) => planOf(name, ruleOf(name, stored), this.#layers));
  }
}
