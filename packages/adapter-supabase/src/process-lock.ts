import { randomUUID } from 'node:crypto';
import { mkdir, readFile, readdir, rm, rmdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { membersOf } from './read-value.js';

/** Of this thread; others are told by what lies in the folder. */
const held = new Set<string>();

/**
 * Takes a lock for this caller alone; false when somebody on this machine has it. What a killed process left is taken
 * over. The lock is a folder in which everybody first shows up and then looks around, so that of two at the same time
 * the later one sees the other: both may give up, never do both go on.
 */
export const takeLock = async (lock: string): Promise<boolean> => {
  if (held.has(lock)) return false;
  held.add(lock);
  try {
    await showUp(lock);
    if (await isAlone(lock)) return true;
  } catch (thrown) {
    await freeLock(lock).catch(() => undefined);
    throw thrown;
  }
  await freeLock(lock);
  return false;
};

/** Frees a lock that `takeLock` gave. */
export const freeLock = async (lock: string): Promise<void> => {
  try {
    await rm(join(lock, await ownName()), { force: true });
    // Whoever shows up at this moment keeps it.
    await rmdir(lock).catch(() => undefined);
  } finally {
    held.delete(lock);
  }
};

const mostTries = 10;

const showUp = async (lock: string): Promise<void> => {
  for (let tries = 1; ; tries += 1) {
    try {
      await mkdir(lock).catch(unless('EEXIST'));
      return await writeFile(join(lock, await ownName()), '');
    } catch (thrown) {
      // Who left last took the folder away in between.
      if (tries === mostTries) throw thrown;
      unless('ENOENT')(thrown);
    }
  }
};

const isAlone = async (lock: string): Promise<boolean> => {
  const mine = await ownName();
  for (const name of await readdir(lock)) {
    if (name === mine) continue;
    if (await isRunning(name)) return false;
    await rm(join(lock, name), { force: true });
  }
  return true;
};

const unless =
  (code: string) =>
  (thrown: unknown): void => {
    if (membersOf(thrown)?.['code'] !== code) throw thrown;
  };

/** Ends like all that a download in ranges keeps, so that nobody takes it for a file of the user's. */
const nameOf = async (): Promise<string> => `${process.pid}-${await startOf(process.pid)}-${randomUUID()}.part.lock`;

let named: Promise<string> | undefined;
const ownName = (): Promise<string> => (named ??= nameOf());

const isRunning = async (name: string): Promise<boolean> => {
  const [, pid, start] = /^(\d+)-(\d*)-/.exec(name) ?? [];
  if (pid === undefined || !isAlive(Number(pid))) return false;
  const now = await startOf(Number(pid));
  return start === '' || now === '' || now === start;
};

/**
 * When a process began, since its number alone may be another's by now; empty where the system does not say.
 * https://man7.org/linux/man-pages/man5/proc_pid_stat.5.html, the 22nd field.
 */
const startOf = async (pid: number): Promise<string> => {
  const text = await readFile(`/proc/${pid}/stat`, 'utf8').catch(() => '');
  const [, rest = ''] = /^.*\) (.*)$/s.exec(text) ?? [];
  return rest.split(' ')[19] ?? '';
};

const isAlive = (pid: number): boolean => {
  try {
    process.kill(pid, 0);
    return true;
  } catch (thrown) {
    return membersOf(thrown)?.['code'] === 'EPERM';
  }
};
