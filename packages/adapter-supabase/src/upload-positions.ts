import { createHash, randomUUID } from 'node:crypto';
import { mkdir, open, readFile, rename, rm, stat, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { jsonOf, membersOf, textOf } from './read-value.js';

/** Where unfinished uploads are, so that a later attempt, or a later process, goes on with them. */
export interface UploadPositions {
  /** Takes the upload of this name for the caller alone; undefined when another process has it. */
  claim(name: string): Promise<UploadClaim | undefined>;
}

/** One unfinished upload, held by one writer. */
export interface UploadClaim {
  /** Where an earlier attempt put its bytes. */
  readonly id?: string;
  keep(id: string): Promise<void>;
  forget(): Promise<void>;
  /** Lets another writer go on; what was kept stays. */
  release(): Promise<void>;
}

/** Positions that end with the process. */
export const createMemoryPositions = (): UploadPositions => {
  const known = new Map<string, string>();
  return {
    async claim(name) {
      const id = known.get(name);
      return {
        ...(id !== undefined && { id }),
        keep: async (next) => void known.set(name, next),
        forget: async () => void known.delete(name),
        release: async () => undefined,
      };
    },
  };
};

/** Positions that outlive the process: one small file each, and one beside it while somebody writes. */
export const createDiskPositions = (directory: string): UploadPositions => ({
  async claim(name) {
    await mkdir(directory, { recursive: true });
    const base = join(directory, createHash('sha256').update(name).digest('hex'));
    const file = `${base}.json`;
    const lock = `${base}.lock`;
    if (!(await takeLock(lock))) return undefined;
    const id = textOf(membersOf(jsonOf(await readFile(file, 'utf8').catch(() => undefined)))?.['id']);
    return {
      ...(id !== undefined && { id }),
      async keep(next) {
        const fresh = `${base}.${randomUUID()}.new`;
        await writeFile(fresh, JSON.stringify({ id: next }));
        await rename(fresh, file);
      },
      forget: () => rm(file, { force: true }),
      async release() {
        held.delete(lock);
        await rm(lock, { force: true });
      },
    };
  },
});

/** Of this process; a lock with its number that is not here was left by an earlier one of the same number. */
const held = new Set<string>();

const takeLock = async (lock: string): Promise<boolean> => {
  if (held.has(lock)) return false;
  held.add(lock);
  try {
    if (await writeLock(lock)) return true;
    if (await isStale(lock)) {
      // Moved away first, so that of two that found it stale only one goes on.
      const old = `${lock}.${randomUUID()}`;
      await rename(lock, old);
      await rm(old, { force: true });
      if (await writeLock(lock)) return true;
    }
  } catch (thrown) {
    if (membersOf(thrown)?.['code'] !== 'ENOENT') {
      held.delete(lock);
      throw thrown;
    }
  }
  held.delete(lock);
  return false;
};

const writeLock = async (lock: string): Promise<boolean> => {
  try {
    const file = await open(lock, 'wx');
    await file.writeFile(String(process.pid)).finally(() => file.close());
    return true;
  } catch (thrown) {
    if (membersOf(thrown)?.['code'] === 'EEXIST') return false;
    throw thrown;
  }
};

/** A lock is empty for a moment after it was made, and for ever when its maker was killed in that moment. */
const emptyLockMs = 2000;

const isStale = async (lock: string): Promise<boolean> => {
  const text = await readFile(lock, 'utf8');
  if (text === '') return Date.now() - (await stat(lock)).mtimeMs > emptyLockMs;
  const pid = Number(text);
  return pid === process.pid || !isAlive(pid);
};

const isAlive = (pid: number): boolean => {
  try {
    process.kill(pid, 0);
    return true;
  } catch (thrown) {
    return membersOf(thrown)?.['code'] === 'EPERM';
  }
};
