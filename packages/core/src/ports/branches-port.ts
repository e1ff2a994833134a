import type { Method } from '../call.js';

/** A database branch. */
export interface Branch {
  readonly id: string;
  readonly name: string;
  /** The branch's own project ref. */
  readonly projectRef: string;
  readonly isDefault: boolean;
  /** The platform's word: `MIGRATIONS_PASSED`, `FUNCTIONS_DEPLOYED`, … */
  readonly status: string;
}

/** Which branch. */
export interface BranchId {
  readonly id: string;
}

/** Database branches. */
export interface BranchesPort {
  readonly list: Method<Record<never, never>, readonly Branch[]>;
  readonly get: Method<BranchId, Branch>;
  /** Branches cost money by the hour: without `confirmCost: true` nothing is sent. */
  readonly create: Method<{ readonly name: string; readonly confirmCost: boolean }, Branch>;
  readonly merge: Method<BranchId, void>;
  readonly reset: Method<BranchId & { readonly migrationVersion?: string }, void>;
  readonly rebase: Method<BranchId, void>;
  readonly delete: Method<BranchId, void>;
}
