import { createHash, randomUUID } from 'node:crypto';
import { mkdir, open, readFile, rename, rm, stat, utimes, writeFile, type FileHandle } from 'node:fs/promises';
import { join } from 'node:path';
import { createKeyLanes } from '../key-lanes.js';
import { cacheEntryOf, textOfEntry, type CacheEntry } from './cache-entry.js';
import { costOf, sweepCache, type CachePlaces } from './sweep-cache.js';

/** Where copies of downloads are kept. */
export interface DownloadCacheOptions {
  /** Made when needed, for its owner alone; several processes may share it. Whoever can read it can read what was downloaded. */
  readonly directory: string;
  /** The most bytes on disk, but for what is on its way and what several processes add at the same moment; what was not used for the longest time goes first. @default 1 GiB */
  readonly limitBytes?: number;
}

/** Copies of downloads on this machine, by the checksum of their bytes. */
export interface DownloadCache {
  /** The latest copy under this name, opened; undefined where there is none. The caller closes it. */
  find(name: string): Promise<CachedCopy | undefined>;
  /** A place for new bytes; undefined where they are too many. */
  begin(sizeBytes: number): NewCopy | undefined;
  /** Makes bytes the copy of this name. */
  keep(name: string, entry: CacheEntry): Promise<void>;
  /** Marks a copy as used now. */
  touch(name: string, entry: CacheEntry): Promise<void>;
  /** Removes a copy whose bytes are not what they should be. */
  drop(name: string, entry: CacheEntry): Promise<void>;
}

/** A copy that is there, whatever becomes of its name meanwhile. */
export interface CachedCopy {
  readonly entry: CacheEntry;
  readonly file: FileHandle;
}

/** Bytes on their way into the cache. Never rejects: a cache that cannot be written to is no reason to fail. */
export interface NewCopy {
  write(chunk: Uint8Array): Promise<void>;
  /** The checksum the bytes are now kept under; undefined when they could not be. */
  commit(): Promise<string | undefined>;
  discard(): Promise<void>;
}

const defaultLimitBytes = 1024 ** 3;
const entryCost = costOf(1);
const ownOnly = { recursive: true, mode: 0o700 };

/** Makes the cache and touches no disk. Throws a `TypeError` for a wrong option. */
export const createDownloadCache = (
  { directory, limitBytes = defaultLimitBytes }: DownloadCacheOptions,
  nowMs: () => number = Date.now,
): DownloadCache => {
  if (directory === '') throw new TypeError('`cache.directory` must not be empty.');
  if (!Number.isSafeInteger(limitBytes) || limitBytes < 1)
    throw new TypeError('`cache.limitBytes` must be a whole number above 0.');
  const places: CachePlaces = {
    entries: join(directory, 'entries'),
    objects: join(directory, 'objects'),
    incoming: join(directory, 'incoming'),
  };
  const entryOf = (name: string): string => join(places.entries, `${name}.json`);
  const objectOf = (sha256: string): string => join(places.objects, sha256);
  const use = (path: string): Promise<void> => utimes(path, nowMs() / 1000, nowMs() / 1000);
  const touch = async (name: string, { sha256 }: CacheEntry): Promise<void> => {
    await use(objectOf(sha256));
    await use(entryOf(name));
  };
  /** A twentieth of the room is kept free, so that the limit holds between two sweeps. */
  const slackBytes = Math.ceil(limitBytes / 20);
  let unsweptBytes = Infinity;
  /** Before the bytes are there: what is kept is never more than the limit, but for what other processes add at the same moment. */
  const makeRoom = async (costBytes: number): Promise<void> => {
    unsweptBytes += costBytes;
    if (unsweptBytes < slackBytes) return;
    unsweptBytes = 0;
    await sweepCache(places, { limitBytes: limitBytes - slackBytes - costBytes, nowMs: nowMs() });
  };
  const lanes = createKeyLanes();
  /** One after the other: two that made room at the same time would both take it. */
  const put = (costBytes: number, work: () => Promise<void>): Promise<void> =>
    lanes.alone('put', () => makeRoom(costBytes).then(work));

  return {
    async find(name) {
      const entry = cacheEntryOf(name, await readFile(entryOf(name), 'utf8').catch(() => ''));
      if (entry === undefined) return undefined;
      const file = await open(objectOf(entry.sha256), 'r').catch(() => undefined);
      return file && { entry, file };
    },
    begin: (sizeBytes) =>
      costOf(sizeBytes) + entryCost > limitBytes - slackBytes
        ? undefined
        : newCopyIn(places, { objectOf, put: (work) => put(costOf(sizeBytes), work) }),
    async keep(name, entry) {
      const fresh = join(places.incoming, randomUUID());
      await mkdir(places.entries, ownOnly);
      // First, so that what makes room for the entry does not take its copy for an old one.
      await use(objectOf(entry.sha256));
      await writeFile(fresh, textOfEntry(name, entry));
      await put(entryCost, () => rename(fresh, entryOf(name)));
      await touch(name, entry);
    },
    touch,
    async drop(name, { sha256 }) {
      await rm(entryOf(name), { force: true });
      await rm(objectOf(sha256), { force: true });
    },
  };
};

interface CopyMeans {
  objectOf(sha256: string): string;
  /** Does the work as soon as there is room. */
  put(work: () => Promise<void>): Promise<void>;
}

const newCopyIn = ({ incoming, objects }: CachePlaces, { objectOf, put }: CopyMeans): NewCopy => {
  const path = join(incoming, randomUUID());
  const hash = createHash('sha256');
  let file: FileHandle | undefined;
  let isBroken = false;
  const trying = async <T>(work: () => Promise<T>): Promise<T | undefined> => {
    if (isBroken) return undefined;
    try {
      return await work();
    } catch {
      isBroken = true;
      return undefined;
    }
  };
  const opened = async (): Promise<FileHandle> => {
    if (file !== undefined) return file;
    await mkdir(incoming, ownOnly);
    return (file = await open(path, 'wx'));
  };
  const end = async (): Promise<void> => {
    isBroken = true;
    await file?.close().catch(() => undefined);
    await rm(path, { force: true }).catch(() => undefined);
  };
  return {
    write: async (chunk) =>
      trying(async () => {
        const into = await opened();
        hash.update(chunk);
        for (let from = 0; from < chunk.byteLength;) from += (await into.write(chunk, from)).bytesWritten;
      }),
    async commit() {
      // Not brought to disk: what a crash tears is found out by its checksum when it is read.
      const sha256 = await trying(async () => {
        await (await opened()).close();
        const digest = hash.digest('hex');
        await mkdir(objects, ownOnly);
        // The same bytes may be there already, and may be read from at this moment.
        if ((await stat(objectOf(digest)).catch(() => undefined)) === undefined)
          await put(() => rename(path, objectOf(digest)));
        return digest;
      });
      await end();
      return sha256;
    },
    discard: end,
  };
};
