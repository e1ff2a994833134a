import { readdir, rm, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { freeLock, takeLock } from './process-lock.js';

/** Uploads live for a day at most; the rest is for the clocks of others and services with other rules. */
const abandonedMs = 7 * 24 * 60 * 60 * 1000;

/**
 * Removes positions, and locks of processes that ended, that were not touched for a week. Nothing of a place that a
 * process on this machine writes to: its lock must be had first. What other files lie there is left alone.
 */
export const sweepPositions = async (directory: string, nowMs: number): Promise<void> => {
  const isAbandoned = async (path: string): Promise<boolean> =>
    ((await stat(path).catch(() => undefined))?.mtimeMs ?? Infinity) < nowMs - abandonedMs;
  for (const name of await readdir(directory)) {
    const [, place] = ours.exec(name) ?? [];
    const path = join(directory, name);
    if (place === undefined || !(await isAbandoned(path))) continue;
    const lock = join(directory, `${place}.lock`);
    if (!(await takeLock(lock))) continue;
    try {
      // Somebody may have gone on with it before the lock was had; the lock itself goes when it is freed.
      if (path !== lock && (await isAbandoned(path))) await rm(path, { force: true });
    } finally {
      await freeLock(lock);
    }
  }
};

const ours = /^([0-9a-f]{64})\.(?:lock|[0-9a-f]{64}\.(?:json|.+\.new))$/;
