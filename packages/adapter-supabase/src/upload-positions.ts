import { createHash, randomUUID } from 'node:crypto';
import { mkdir, readFile, rename, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { ObjectKey } from '@hybrid-supabase/core';
import { freeLock, takeLock } from './process-lock.js';
import { jsonOf, membersOf, textOf } from './read-value.js';
import { isUploadId } from './resumable-api.js';
import { sweepPositions } from './sweep-positions.js';

/** Where unfinished uploads are, so that a later attempt, or a later process, goes on with them. */
export interface UploadPositions {
  /** Makes the caller the only process that writes to this place; undefined when another one does. Gives what ends that. */
  hold(place: string): Promise<(() => Promise<void>) | undefined>;
  /** The upload of this name to this place, for whoever holds the place. */
  at(place: string, name: string): Promise<UploadPosition>;
}

/** What one writer at a time has, and its positions belong to: one key of one project. */
export const placeOf = (project: string, { bucket, path }: ObjectKey): string => `${project} ${bucket}/${path}`;

/** One unfinished upload. */
export interface UploadPosition {
  /** Where an earlier attempt put its bytes. */
  readonly id?: string;
  keep(id: string): Promise<void>;
  forget(): Promise<void>;
}

/** Positions that end with the process. */
export const createMemoryPositions = (): UploadPositions => {
  const known = new Map<string, string>();
  return {
    hold: async () => async () => undefined,
    async at(place, upload) {
      const name = JSON.stringify([place, upload]);
      const id = known.get(name);
      return {
        ...(id !== undefined && { id }),
        keep: async (next) => void known.set(name, next),
        forget: async () => void known.delete(name),
      };
    },
  };
};

const sweepEveryMs = 24 * 60 * 60 * 1000;

/**
 * Positions that outlive the process: one small file each, and a lock beside them while somebody writes. Those that
 * nobody goes on with are removed when others are kept.
 */
export const createDiskPositions = (directory: string, nowMs: () => number): UploadPositions => {
  const digestOf = (text: string): string => createHash('sha256').update(text).digest('hex');
  const pathOf = (place: string): string => join(directory, digestOf(place));
  let sweptMs = -Infinity;
  const sweepNowAndThen = async (): Promise<void> => {
    if (nowMs() - sweptMs < sweepEveryMs) return;
    sweptMs = nowMs();
    // What cannot be tidied up hinders no upload.
    await sweepPositions(directory, sweptMs).catch(() => undefined);
  };
  return {
    async hold(place) {
      await mkdir(directory, { recursive: true });
      const lock = `${pathOf(place)}.lock`;
      return (await takeLock(lock)) ? () => freeLock(lock) : undefined;
    },
    async at(place, name) {
      const base = `${pathOf(place)}.${digestOf(name)}`;
      const file = `${base}.json`;
      const id = textOf(membersOf(jsonOf(await readFile(file, 'utf8').catch(() => undefined)))?.['id']);
      return {
        // What lies on a disk may be damaged, and the id becomes part of an address that the key is sent to.
        ...(id !== undefined && isUploadId(id) && { id }),
        async keep(next) {
          const fresh = `${base}.${randomUUID()}.new`;
          await writeFile(fresh, JSON.stringify({ id: next }));
          await rename(fresh, file);
          await sweepNowAndThen();
        },
        forget: () => rm(file, { force: true }),
      };
    },
  };
};
