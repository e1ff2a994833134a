import { frozen } from './frozen.js';
import { policyProblems } from './policy-check.js';
import type { RoutingPolicy } from './policy.js';

/**
 * A policy as plain, frozen data, so that a mistake shows where it is written: hedging, shadowing or caching a
 * write does not compile, and whatever the compiler cannot see throws a `TypeError` that lists every path.
 */
export function definePolicy(policy: RoutingPolicy): RoutingPolicy {
  const problems = policyProblems(policy);
  if (problems.length > 0) throw new TypeError(`definePolicy: ${problems.join('; ')}`);
  return frozen(structuredClone(policy));
}
