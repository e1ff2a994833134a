import { join } from 'node:path';
import { err, ok, type Result } from 'neverthrow';
import pg from 'pg';
import type { DatabaseLogins } from '../bootstrap/prepare-database.js';
import { newKeys, type Keys } from '../directory/keys.js';
import type { VersionClock } from '../management/version-clock.js';
import { createBranch, type Branch } from './branch.js';
import { branchLogins } from './branch-logins.js';
import { newRecord, type BranchRecord, type BranchRun, type Migration } from './branch-record.js';
import { openBranchProject, type BranchProject } from './branch-project.js';
import { dropDatabase } from './branch-database.js';
import { keptRecords } from './kept-records.js';
import { readMigrations } from './migration-history.js';
import { withClient } from './with-client.js';

/** Why a branch was not worked on; nothing has changed. */
export interface BranchRefusal {
  readonly status: 400 | 404 | 409 | 422 | 500;
  readonly message: string;
}

type Ordered = Promise<Result<void, BranchRefusal>>;

/** The branches of a stack: each a database of its own on the parent's server. */
export interface Branches {
  /** Empty until the first is made; from then on the default one is among them. */
  list(): readonly BranchRecord[];
  /** By its own id or its project's reference. */
  find(id: string): BranchRecord | undefined;
  /** A new one with the parent's migrations and none of its rows. */
  create(name: string): Promise<Result<BranchRecord, BranchRefusal>>;
  /** Applies what the parent lacks of the branch's migrations. */
  merge(id: string): Ordered;
  /** Makes the branch anew from its own migrations, up to this one if it is named. */
  reset(id: string, migrationVersion?: string): Ordered;
  /** Applies what the branch lacks of the parent's migrations. */
  rebase(id: string): Ordered;
  /** Resolves when the database is gone. */
  remove(id: string): Ordered;
  /** The project of a branch, the default one not among them. */
  project(ref: string): BranchProject | undefined;
  /** Stops all work; drops the databases, too, where nobody is going to ask for them again. */
  close(): Promise<void>;
}

/** What branches stand on. */
export interface BranchesOptions {
  /** A folder of their own, made with the first branch. */
  readonly folder: string;
  readonly logins: DatabaseLogins;
  readonly versions: VersionClock;
  readonly keys: Keys;
  /** Whether `close` leaves nothing on the server. */
  readonly dropAtEnd: boolean;
  /** How long a state that needs no work can be seen. */
  readonly shownMs?: number;
  readonly onProgress: (line: string) => void;
}

interface Live {
  readonly branch: Branch;
  readonly project: BranchProject | undefined;
}

const defaultName = 'main';

/** Reads what is kept of branches and goes on with unfinished work. Rejects for file errors only. */
export async function openBranches(options: BranchesOptions): Promise<Branches> {
  const { folder, logins, versions, keys, dropAtEnd, shownMs = 20, onProgress } = options;
  const live = new Map<string, Live>();
  const leaving = new Set<Promise<void>>();
  const making = new Set<string>();
  const closed = new AbortController();

  const folderOf = (record: BranchRecord): string => join(folder, record.keys.projectRef);

  async function add(record: BranchRecord): Promise<Branch> {
    const branch = createBranch({
      record,
      folder: folderOf(record),
      parent: logins,
      shownMs,
      onFailure: ({ name }, reason) => onProgress(`branch ${name}: ${textOf(reason)}`),
    });
    const project = record.isDefault
      ? undefined
      : await openBranchProject({ branch, parent: logins, versions, folder: folderOf(record) });
    live.set(record.id, { branch, project });
    return branch;
  }

  for (const record of await keptRecords(folder)) {
    const branch = await add(record);
    if (record.deleted) await discard(record.id);
    else branch.resume();
  }

  async function discard(id: string): Promise<void> {
    const found = live.get(id);
    live.delete(id);
    const gone = Promise.all([found?.branch.remove(), found?.project?.close()]).then(() => undefined);
    leaving.add(gone);
    await gone.finally(() => leaving.delete(gone));
  }

  async function make(name: string): Promise<Result<BranchRecord, BranchRefusal>> {
    const migrations = await readAt(logins.superuser);
    if (migrations.isErr()) return err(migrations.error);
    if (defaultBranch() === undefined) await (await add(newRecord(defaultName, keys, true))).keep();
    const branch = await add(newRecord(name, newKeys(Date.now()), false));
    await order(branch, true, migrations);
    return ok(branch.record());
  }

  const all = (): Live[] => [...live.values()];
  const defaultBranch = (): Branch | undefined => all().find(({ branch }) => branch.record().isDefault)?.branch;
  const find = (id: string): Live | undefined =>
    all().find(({ branch }) => [branch.record().id, branch.record().keys.projectRef].includes(id));

  const readAt = (url: string): Promise<Result<Migration[], BranchRefusal>> =>
    withClient(url, closed.signal, readMigrations).then(
      (migrations) => ok(migrations),
      () => err({ status: 500, message: 'The migrations of the database could not be read.' }),
    );

  async function order(
    branch: Branch | undefined,
    rebuild: boolean,
    migrations: Result<Migration[], BranchRefusal>,
  ): Ordered {
    if (migrations.isErr()) return err(migrations.error);
    const run: BranchRun = { rebuild, migrations: migrations.value };
    await branch?.order(run);
    return ok(undefined);
  }

  /** The branch of a name, unless it is none to be worked on. */
  function changeable(id: string): Result<Live, BranchRefusal> {
    const found = find(id);
    if (found === undefined) return err({ status: 404, message: 'Branch not found' });
    if (found.project === undefined)
      return err({ status: 422, message: 'The default branch can be neither merged, reset, rebased nor deleted.' });
    return ok(found);
  }

  /** The branch's own migrations; while a run goes on they are not complete. */
  async function migrationsIn({ branch }: Live): Promise<Result<Migration[], BranchRefusal>> {
    const { keys: own, queued } = branch.record();
    if (queued.length > 0) return err({ status: 409, message: 'The branch is at work: wait until its run has ended.' });
    return readAt(branchLogins(logins, own.projectRef).superuser);
  }

  return {
    list: () => all().map(({ branch }) => branch.record()),
    find: (id) => find(id)?.branch.record(),
    async create(name) {
      if (name === defaultName || making.has(name) || all().some(({ branch }) => branch.record().name === name))
        return err({ status: 409, message: 'A branch of this name exists already.' });
      making.add(name);
      return make(name).finally(() => making.delete(name));
    },
    async merge(id) {
      const found = changeable(id);
      return found.isErr() ? err(found.error) : order(defaultBranch(), false, await migrationsIn(found.value));
    },
    async reset(id, migrationVersion) {
      const found = changeable(id);
      if (found.isErr()) return err(found.error);
      const migrations = (await migrationsIn(found.value)).andThen((own) => upTo(own, migrationVersion));
      return order(found.value.branch, true, migrations);
    },
    async rebase(id) {
      const found = changeable(id);
      if (found.isErr()) return err(found.error);
      return order(found.value.branch, false, await readAt(logins.superuser));
    },
    async remove(id) {
      const found = changeable(id);
      if (found.isErr()) return err(found.error);
      await discard(found.value.branch.record().id);
      return ok(undefined);
    },
    project: (ref) => find(ref)?.project,
    async close() {
      closed.abort();
      await Promise.allSettled(leaving);
      for (const { branch, project } of all()) await Promise.all([branch.close(), project?.close()]);
      if (!dropAtEnd) return;
      for (const { project } of all()) if (project !== undefined) await dropDatabase(logins, project.ref);
    },
  };
}

function upTo(migrations: Migration[], version: string | undefined): Result<Migration[], BranchRefusal> {
  if (version === undefined) return ok(migrations);
  const last = migrations.findIndex((migration) => migration.version === version);
  return last < 0
    ? err({ status: 404, message: 'The branch has no migration of this version.' })
    : ok(migrations.slice(0, last + 1));
}

const textOf = (reason: unknown): string =>
  reason instanceof pg.DatabaseError ? `${reason.code ?? 'XX000'}: ${reason.message}` : 'its run could not be ended.';
