import type { HybridError, Verification } from '@hybrid-supabase/core';

/** What became of one file. `would-…` is what a dry run says. */
export type FolderDeed =
  | 'sent'
  | 'received'
  | 'unchanged'
  | 'removed'
  | 'skipped'
  | 'failed'
  | 'would-send'
  | 'would-receive'
  | 'would-remove';

/** One file and what became of it. */
export interface FolderOutcome {
  /** Below the local folder, with slashes. */
  readonly file: string;
  /** The key of its object. */
  readonly key?: string;
  readonly did: FolderDeed;
  readonly sizeBytes?: number;
  /** Of what was sent or received. */
  readonly verified?: Verification;
  /** One sentence, for what was skipped or failed. */
  readonly why?: string;
  readonly error?: HybridError;
}

/** What became of all files. */
export interface FolderReport {
  /** Nothing failed; what was skipped is no failure. */
  readonly ok: boolean;
  readonly outcomes: readonly FolderOutcome[];
  readonly counts: { readonly [D in FolderDeed]?: number };
  /** Bytes of what was sent or received. */
  readonly bytes: number;
  readonly tookMs: number;
}

/** Why nothing was begun. */
export interface FolderRefusal {
  readonly kind: 'wrong-options' | 'names-refused' | 'folder-unreadable' | 'list-failed' | 'journal-unusable';
  readonly message: string;
  readonly hint: string;
  /** Every name that no object key can have. */
  readonly names?: readonly string[];
  readonly error?: HybridError;
  readonly cause?: unknown;
}

/** Sums the outcomes up. */
export const reportOf = (outcomes: readonly FolderOutcome[], tookMs: number): FolderReport => {
  const counts: { [D in FolderDeed]?: number } = {};
  let bytes = 0;
  for (const { did, sizeBytes = 0 } of outcomes) {
    counts[did] = (counts[did] ?? 0) + 1;
    if (did === 'sent' || did === 'received') bytes += sizeBytes;
  }
  return { ok: counts.failed === undefined, outcomes, counts, bytes, tookMs };
};
