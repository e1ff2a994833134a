import { createHash, randomUUID } from 'node:crypto';
import { mkdir, readFile, rename, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { freeLock, takeLock } from './process-lock.js';
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
      release: () => freeLock(lock),
    };
  },
});
