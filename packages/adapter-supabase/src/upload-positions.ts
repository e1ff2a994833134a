import { createHash, randomUUID } from 'node:crypto';
import { mkdir, readFile, rename, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { freeLock, takeLock } from './process-lock.js';
import { jsonOf, membersOf, textOf } from './read-value.js';
import { isUploadId } from './resumable-api.js';

/** Where unfinished uploads are, so that a later attempt, or a later process, goes on with them. */
export interface UploadPositions {
  /** Makes the caller the only process that writes to this place; undefined when another one does. Gives what ends that. */
  hold(place: string): Promise<(() => Promise<void>) | undefined>;
  /** The upload of this name, for whoever holds its place. */
  at(name: string): Promise<UploadPosition>;
}

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
    async at(name) {
      const id = known.get(name);
      return {
        ...(id !== undefined && { id }),
        keep: async (next) => void known.set(name, next),
        forget: async () => void known.delete(name),
      };
    },
  };
};

/** Positions that outlive the process: one small file each, and a lock beside them while somebody writes. */
export const createDiskPositions = (directory: string): UploadPositions => {
  const pathOf = (name: string): string => join(directory, createHash('sha256').update(name).digest('hex'));
  return {
    async hold(place) {
      await mkdir(directory, { recursive: true });
      const lock = `${pathOf(place)}.lock`;
      return (await takeLock(lock)) ? () => freeLock(lock) : undefined;
    },
    async at(name) {
      const base = pathOf(name);
      const file = `${base}.json`;
      const id = textOf(membersOf(jsonOf(await readFile(file, 'utf8').catch(() => undefined)))?.['id']);
      return {
        // What lies on a disk may be damaged, and the id becomes part of an address that the key is sent to.
        ...(id !== undefined && isUploadId(id) && { id }),
        async keep(next) {
          const fresh = `${base}.${randomUUID()}.new`;
          await writeFile(fresh, JSON.stringify({ id: next }));
          await rename(fresh, file);
        },
        forget: () => rm(file, { force: true }),
      };
    },
  };
};
