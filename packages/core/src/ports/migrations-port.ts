import type { Method } from '../call.js';

/** A migration as the project's history records it. */
export interface Migration {
  /** Sorts by time of application: `20261122201500`. */
  readonly version: string;
  readonly name?: string;
}

/** Schema changes that the project's history records. */
export interface MigrationsPort {
  /** All applied migrations, oldest first. */
  readonly list: Method<Record<never, never>, readonly Migration[]>;
  /** Applies `query` in one transaction and records it as `name`. With a key, exactly once. */
  readonly apply: Method<{ readonly name: string; readonly query: string }, { readonly name: string }>;
}
