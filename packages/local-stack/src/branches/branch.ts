import { mkdir, rm } from 'node:fs/promises';
import { join } from 'node:path';
import type { DatabaseLogins } from '../bootstrap/prepare-database.js';
import { keepText } from '../directory/keep-text.js';
import { dropDatabase } from './branch-database.js';
import type { BranchRecord, BranchRun, BranchStatus } from './branch-record.js';
import { recordFile } from './kept-records.js';
import { firstStatus, performRun } from './perform-run.js';

/** One branch at work: its state, and its runs one after another. */
export interface Branch {
  /** As it is now. */
  record(): BranchRecord;
  /** Resolves once the record is on disk. */
  keep(): Promise<void>;
  /** Puts a run at the end of the line; resolves once that is kept, and the work goes on. */
  order(run: BranchRun): Promise<void>;
  /** Goes on with what a process before this one left undone. */
  resume(): void;
  /** Ends the work and removes everything of the branch; a list no longer has it from the first moment on. */
  remove(): Promise<void>;
  /** Stops working, in the middle of a statement too; what is left undone stays kept. */
  close(): Promise<void>;
}

/** What a branch stands on. */
export interface BranchOptions {
  readonly record: BranchRecord;
  /** Its own folder, made when first needed. */
  readonly folder: string;
  readonly parent: DatabaseLogins;
  readonly shownMs: number;
  /** Told why a run stopped. */
  onFailure(record: BranchRecord, reason: unknown): void;
}

/** Nothing runs before the first order. */
export function createBranch({ record: initial, folder, parent, shownMs, onFailure }: BranchOptions): Branch {
  let record = initial;
  let kept: Promise<void> = Promise.resolve();
  let line: Promise<void> = Promise.resolve();
  const stopped = new AbortController();
  const { signal } = stopped;
  const { projectRef } = initial.keys;

  /** A later state is never overwritten by an earlier one. */
  function change(changes: Partial<BranchRecord>): Promise<void> {
    const updatedMs = Math.max(Date.now(), Date.parse(record.updatedAt) + 1);
    record = { ...record, ...changes, updatedAt: new Date(updatedMs).toISOString() };
    const keep = async (): Promise<void> => {
      await mkdir(folder, { recursive: true, mode: 0o700 });
      await keepText(join(folder, recordFile), `${JSON.stringify(record)}\n`);
    };
    kept = kept.then(keep, keep);
    return kept;
  }

  const enter = (status: BranchStatus): Promise<void> => change({ status });
  const without = (run: BranchRun): BranchRun[] => record.queued.filter((each) => each !== run);

  async function work(run: BranchRun): Promise<void> {
    if (signal.aborted) return;
    const place = record.isDefault ? undefined : projectRef;
    try {
      await performRun({ run, parent, projectRef: place, shownMs, signal, enter });
      // In one step, so that whoever sees the end may ask for the next run. The stack has no functions to deploy.
      await change({ status: 'FUNCTIONS_DEPLOYED', queued: without(run) });
    } catch (reason) {
      if (signal.aborted) return;
      onFailure(record, reason);
      await change({ status: 'MIGRATIONS_FAILED', queued: without(run) });
    }
  }

  function begin(run: BranchRun): void {
    line = line.then(() => work(run)).catch((reason: unknown) => onFailure(record, reason));
  }

  async function close(): Promise<void> {
    stopped.abort();
    await line;
    // A record that cannot be written is told to whoever wanted it written.
    await kept.catch(() => undefined);
  }

  return {
    record: () => record,
    keep: () => change({}),
    async order(run) {
      const isIdle = record.queued.length === 0;
      const keeping = change({ queued: [...record.queued, run], ...(isIdle && { status: firstStatus(run) }) });
      begin(run);
      await keeping;
    },
    resume: () => record.queued.forEach(begin),
    async remove() {
      await change({ deleted: true });
      await close();
      await dropDatabase(parent, projectRef);
      await rm(folder, { recursive: true, force: true });
    },
    close,
  };
}
