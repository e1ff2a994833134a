import { isRecord } from './expectation.js';
import { readPolicy } from './policy-check.js';
import type { RoutingPolicy } from './policy.js';

/** Where a rollback leads. */
export interface RollbackOptions {
  /** The layer that everything goes to first again. Without it every order stays as it was before its rollout. */
  readonly to?: string;
}

/**
 * The same policy with every rollout switched off: what to write into a watched file so that every process goes back.
 * Throws a `TypeError` when the policy holds a mistake.
 */
export function rolledBack(policy: RoutingPolicy, { to }: RollbackOptions = {}): RoutingPolicy {
  const entries = Object.entries(to === undefined ? policy : { '*': {}, ...policy });
  const next = entries.map(([key, entry]) => [key, firstTo(to, key, withoutRollout(entry))]);
  return readPolicy(Object.fromEntries(next)).match(
    (read) => read,
    (problems) => {
      throw new TypeError(`rolledBack: ${problems.join('; ')}`);
    },
  );
}

const withoutRollout = (entry: unknown): unknown =>
  isRecord(entry) && isRecord(entry['rollout']) ? { ...entry, rollout: { ...entry['rollout'], stage: 'off' } } : entry;

/** The widest key gets an order in any case, because the preset has one for some families. */
function firstTo(to: string | undefined, key: string, entry: unknown): unknown {
  if (to === undefined || !isRecord(entry)) return entry;
  const { order } = entry;
  if (order === undefined && key !== '*') return entry;
  const others: readonly unknown[] = Array.isArray(order) ? order : [];
  return { ...entry, order: [to, ...others.filter((layer) => layer !== to)] };
}
