import { randomUUID } from 'node:crypto';
import { link, readFile, rename, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { err, ok, type Result } from 'neverthrow';
import { codeOf, localStackError, type LocalStackError } from '../local-stack-error.js';
import { identityOf, isRunning, type ProcessIdentity } from './process-identity.js';

/** The right of one process to a data directory, and on whose behalf other processes work in it. */
export interface DirectoryLock {
  /** Adds the processes that a successor must see gone before it may take over. */
  record(helpers: { readonly keeper: number; readonly database: number }): Promise<void>;
  release(): Promise<void>;
}

interface Holders {
  readonly owner: ProcessIdentity;
  readonly keeper?: ProcessIdentity;
  readonly database?: ProcessIdentity;
}

const fileName = 'stack.lock';

/** Takes the directory, also from a stack that was killed; rejects only for file errors. */
export async function lockDirectory(home: string): Promise<Result<DirectoryLock, LocalStackError>> {
  const path = join(home, fileName);
  const owner = await identityOf(process.pid);
  for (;;) {
    if (await claim(path, { owner })) return ok(lockOf(path, owner));
    const found = await readHolders(path);
    if (found === undefined) continue;
    if (await isRunning(found.holders.owner)) return err(inUse(found.holders.owner.pid));
    await outlive(found.holders);
    await discard(path, found.text);
  }
}

const lockOf = (path: string, owner: ProcessIdentity): DirectoryLock => ({
  record: async ({ keeper, database }) => {
    const holders = { owner, keeper: await identityOf(keeper), database: await identityOf(database) };
    const next = `${path}.${randomUUID()}`;
    await writeFile(next, JSON.stringify(holders), { mode: 0o600 });
    await rename(next, path);
  },
  release: () => rm(path, { force: true }),
});

/** A hard link either makes the whole file or nothing: nobody can read half a lock. */
async function claim(path: string, holders: Holders): Promise<boolean> {
  const own = `${path}.${randomUUID()}`;
  await writeFile(own, JSON.stringify(holders), { mode: 0o600 });
  try {
    await link(own, path);
    return true;
  } catch (error) {
    if (codeOf(error) === 'EEXIST') return false;
    throw error;
  } finally {
    await rm(own, { force: true });
  }
}

async function readHolders(path: string): Promise<{ holders: Holders; text: string } | undefined> {
  const text = await readFile(path, 'utf8').catch((error: unknown) => {
    if (codeOf(error) === 'ENOENT') return undefined;
    throw error;
  });
  if (text === undefined) return undefined;
  return { text, holders: holdersOf(text) ?? { owner: nobody } };
}

const nobody: ProcessIdentity = { pid: 2 ** 30, started: 'never' };

function holdersOf(text: string): Holders | undefined {
  try {
    const value: unknown = JSON.parse(text);
    return isHolders(value) ? value : undefined;
  } catch {
    return undefined;
  }
}

const isHolders = (value: unknown): value is Holders =>
  typeof value === 'object' && value !== null && 'owner' in value && isIdentity(value.owner);
const isIdentity = (value: unknown): value is ProcessIdentity =>
  typeof value === 'object' && value !== null && 'pid' in value && typeof value.pid === 'number';

/** The keeper of a killed stack ends its database by itself, given a moment; a database whose keeper was killed too is ended here. */
async function outlive({ keeper, database }: Holders, untilMs = Date.now() + 20_000): Promise<void> {
  while (keeper !== undefined && Date.now() < untilMs && (await isRunning(keeper))) await sleep(25);
  if (database === undefined || !(await isRunning(database))) return;
  process.kill(database.pid, 'SIGQUIT');
  while (Date.now() < untilMs && (await isRunning(database))) await sleep(25);
}

/** Moves a stale lock out of the way; if another start was quicker, its fresh lock is put back. */
async function discard(path: string, stale: string): Promise<void> {
  const aside = `${path}.${randomUUID()}`;
  const moved = await rename(path, aside).then(
    () => true,
    () => false,
  );
  if (!moved) return;
  if ((await readFile(aside, 'utf8')) !== stale) await link(aside, path);
  await rm(aside, { force: true });
}

const inUse = (pid: number): LocalStackError =>
  localStackError({
    kind: 'directory-in-use',
    message: `The data directory is in use by process ${pid}.`,
    hint: 'Stop that stack first, or give another data directory.',
  });
