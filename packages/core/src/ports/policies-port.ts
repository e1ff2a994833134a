import type { Method } from '../call.js';

/** What a policy is about. */
export type PolicyCommand = 'all' | 'select' | 'insert' | 'update' | 'delete';

/** A row level security policy on the objects of buckets (`storage.objects`). */
export interface ObjectPolicy {
  readonly name: string;
  readonly command: PolicyCommand;
  /** Database roles it applies to; `public` is everybody. */
  readonly roles: readonly string[];
  /** SQL expression that existing rows must satisfy. */
  readonly using: string | null;
  /** SQL expression that new rows must satisfy. */
  readonly withCheck: string | null;
}

/** A policy to create on the objects of one bucket; the bucket is added to both expressions. */
export interface NewObjectPolicy {
  readonly bucket: string;
  readonly name: string;
  readonly command: PolicyCommand;
  /** @default ['authenticated'] */
  readonly roles?: readonly string[];
  /** A further SQL expression on existing rows, of the caller's making: it is SQL, not a value. */
  readonly using?: string;
  /** A further SQL expression on new rows, of the caller's making: it is SQL, not a value. */
  readonly withCheck?: string;
}

/** Row level security of storage objects. */
export interface PoliciesPort {
  /** All policies on objects, by name; with `bucket`, those that mention it. */
  readonly list: Method<{ readonly bucket?: string }, readonly ObjectPolicy[]>;
  /** `conflict` when the name is taken. */
  readonly create: Method<NewObjectPolicy, ObjectPolicy>;
  /** `not-found` when there is no such policy. */
  readonly drop: Method<{ readonly name: string }, void>;
}
