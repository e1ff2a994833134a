import { isRecord } from './expectation.js';
import { readPolicy } from './policy-check.js';
import type { RoutingPolicy } from './policy.js';

/** The same policy with every rollout switched off: what to write into a watched file so that every process goes back. */
export function rolledBack(policy: RoutingPolicy): RoutingPolicy {
  const entries = Object.entries(policy).map(([key, entry]) => [key, withoutRollout(entry)]);
  return readPolicy(Object.fromEntries(entries)).unwrapOr(policy);
}

const withoutRollout = (entry: unknown): unknown =>
  isRecord(entry) && isRecord(entry['rollout']) ? { ...entry, rollout: { ...entry['rollout'], stage: 'off' } } : entry;
