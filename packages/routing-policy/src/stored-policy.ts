import type { DoorPolicy, OperationPolicy, PolicyKey, ReadPolicy } from './policy.js';

/** An entry of a policy as it was read and checked: every member that may stand under some key. */
export interface StoredEntry extends OperationPolicy, DoorPolicy, ReadPolicy {
  readonly reads?: ReadPolicy;
}

/** A checked policy, without the types that keep a hand from writing a wrong one. */
export type StoredPolicy = { readonly [K in PolicyKey]?: StoredEntry };
