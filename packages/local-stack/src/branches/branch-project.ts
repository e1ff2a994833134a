import { err } from 'neverthrow';
import type { DatabaseLogins } from '../bootstrap/prepare-database.js';
import type { ManagedProject } from '../management/managed-project.js';
import { openProjectSql, type ProjectSql, type SqlFailure } from '../management/project-sql.js';
import { openStorageConfig } from '../management/storage-config.js';
import type { VersionClock } from '../management/version-clock.js';
import type { Branch } from './branch.js';
import { branchLogins } from './branch-logins.js';

/** The project behind a branch. */
export interface BranchProject extends ManagedProject {
  /** Ends its connections. */
  close(): Promise<void>;
}

/** What a branch's project stands on. */
export interface BranchProjectOptions {
  readonly branch: Branch;
  readonly parent: DatabaseLogins;
  readonly versions: VersionClock;
  readonly folder: string;
}

/** Opens lazily. Rejects for file errors only. */
export async function openBranchProject({
  branch,
  parent,
  versions,
  folder,
}: BranchProjectOptions): Promise<BranchProject> {
  const { name, createdAt, keys } = branch.record();
  const sql = openProjectSql({ logins: branchLogins(parent, keys.projectRef), versions });
  const isUp = (): boolean => branch.record().status !== 'CREATING_PROJECT';
  const storageConfig = await openStorageConfig(folder);
  return { ref: keys.projectRef, name, createdAt, keys, sql: onlyWhile(isUp, sql), storageConfig, close: sql.close };
}

const comingUp: SqlFailure = {
  status: 500,
  message: 'Failed to run sql query: the database of this branch is coming up.',
};

/** A database that is being made is not to be seen half made. */
const onlyWhile = (isUp: () => boolean, sql: ProjectSql): ProjectSql => ({
  run: async (request) => (isUp() ? sql.run(request) : err(comingUp)),
  migrate: async (name, query) => (isUp() ? sql.migrate(name, query) : err(comingUp)),
  close: sql.close,
});
