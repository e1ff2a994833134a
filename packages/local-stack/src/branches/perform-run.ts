import { setTimeout as sleep } from 'node:timers/promises';
import type { DatabaseLogins } from '../bootstrap/prepare-database.js';
import { branchLogins } from './branch-logins.js';
import { rebuildDatabase } from './branch-database.js';
import type { BranchRun, BranchStatus } from './branch-record.js';
import { applyMissing } from './migration-history.js';
import { withClient } from './with-client.js';

/** One run, and where it takes place. */
export interface RunPlan {
  readonly run: BranchRun;
  readonly parent: DatabaseLogins;
  /** Undefined for the parent's own database. */
  readonly projectRef: string | undefined;
  /** How long a state that needs no work can be seen. */
  readonly shownMs: number;
  readonly signal: AbortSignal;
  /** Told of each new state. */
  enter(status: BranchStatus): Promise<void>;
}

/** The state in which a run begins. */
export const firstStatus = ({ rebuild }: BranchRun): BranchStatus =>
  rebuild ? 'CREATING_PROJECT' : 'RUNNING_MIGRATIONS';

/** Does the work of a run, through the platform's states up to the last but one. Rejects with why it stopped, in the state in which it stopped. */
export async function performRun({ run, parent, projectRef, shownMs, signal, enter }: RunPlan): Promise<void> {
  await enter(firstStatus(run));
  const pause = (): Promise<unknown> => sleep(shownMs, undefined, { signal });
  await pause();
  if (run.rebuild && projectRef !== undefined) {
    await rebuildDatabase(parent, projectRef, signal);
    await enter('RUNNING_MIGRATIONS');
    await pause();
  }
  const logins = projectRef === undefined ? parent : branchLogins(parent, projectRef);
  await withClient(logins.postgres, signal, (client) => applyMissing(client, run.migrations));
  await enter('MIGRATIONS_PASSED');
  await pause();
}
