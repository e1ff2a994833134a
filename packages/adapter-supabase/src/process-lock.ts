import { randomUUID } from 'node:crypto';
import { open, readFile, rename, rm, stat } from 'node:fs/promises';
import { membersOf } from './read-value.js';

/** Of this process; a lock with its number that is not here was left by an earlier one of the same number. */
const held = new Set<string>();

/** Takes a lock file for this caller alone; false when somebody has it. What a killed process left is taken over. */
export const takeLock = async (lock: string): Promise<boolean> => {
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

/** Frees a lock that `takeLock` gave. */
export const freeLock = async (lock: string): Promise<void> => {
  await rm(lock, { force: true });
  held.delete(lock);
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
