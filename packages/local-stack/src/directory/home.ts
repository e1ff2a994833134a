import { chmod, mkdir, mkdtemp, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { err, ok, type Result } from 'neverthrow';
import { fileSystemError, localStackError, type LocalStackError } from '../local-stack-error.js';
import { canEnter, type DatabaseUser } from './database-user.js';
import { lockDirectory, type DirectoryLock } from './directory-lock.js';

/** The folder of one stack: database, objects, keys and the lock. */
export interface Home {
  readonly path: string;
  readonly objectsDirectory: string;
  /** Nobody asked to keep it: it is removed at the end, and not worth waiting for the disk. */
  readonly temporary: boolean;
  readonly lock: DirectoryLock;
  /** Gives the directory back, or removes a temporary one. */
  close(): Promise<void>;
}

/** Opens the given directory, or a temporary one that the database user can enter. */
export async function openHome(
  dataDirectory: string | undefined,
  user: DatabaseUser | undefined,
): Promise<Result<Home, LocalStackError>> {
  try {
    return dataDirectory === undefined ? await temporaryHome(user) : await givenHome(resolve(dataDirectory), user);
  } catch (error) {
    return err(fileSystemError(error));
  }
}

async function temporaryHome(user: DatabaseUser | undefined): Promise<Result<Home, LocalStackError>> {
  const root = await firstEnterable([tmpdir(), '/tmp', '/var/tmp'], user);
  const path = await mkdtemp(join(root, 'hybrid-stack-'));
  const home = await homeAt(path, user, true);
  if (home.isErr()) await rm(path, { recursive: true, force: true });
  return home;
}

async function firstEnterable(folders: readonly string[], user: DatabaseUser | undefined): Promise<string> {
  for (const folder of folders) if (user === undefined || (await canEnter(folder, user))) return folder;
  return tmpdir();
}

async function givenHome(path: string, user: DatabaseUser | undefined): Promise<Result<Home, LocalStackError>> {
  // Folders made on the way must let the database user pass, too.
  await mkdir(path, { recursive: true, mode: user === undefined ? 0o700 : 0o711 });
  return homeAt(path, user, false);
}

async function homeAt(
  path: string,
  user: DatabaseUser | undefined,
  temporary: boolean,
): Promise<Result<Home, LocalStackError>> {
  if (user !== undefined) {
    // Passing through is all the database user needs; every file inside keeps its own mode.
    await chmod(path, ((await stat(path)).mode & 0o777) | 0o011);
    if (!(await canEnter(path, user))) return err(unreachable);
  }
  await proveWritable(path);
  const lock = await lockDirectory(path);
  if (lock.isErr()) return err(lock.error);
  const objectsDirectory = join(path, 'objects');
  await mkdir(objectsDirectory, { recursive: true, mode: 0o700 });
  const close = (): Promise<void> =>
    temporary ? rm(path, { recursive: true, force: true, maxRetries: 5 }) : lock.value.release();
  return ok({ path, objectsDirectory, temporary, lock: lock.value, close });
}

/** A page of bytes tells a full or read-only disk apart at once, before a database is half made. */
async function proveWritable(path: string): Promise<void> {
  const probe = join(path, `.probe-${process.pid}`);
  try {
    await writeFile(probe, Buffer.alloc(4096), { mode: 0o600 });
  } finally {
    await rm(probe, { force: true });
  }
}

const unreachable: LocalStackError = localStackError({
  kind: 'directory-unreachable',
  message: 'The database may not run as root, and its own user cannot enter a folder above the data directory.',
  hint: 'Give a data directory below folders that every user may enter (for example in /var/lib or /tmp), or start the stack as another user.',
});
