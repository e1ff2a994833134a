import { readdir, rm, stat } from 'node:fs/promises';
import { join } from 'node:path';

/** The folders of a cache. */
export interface CachePlaces {
  /** What is known of copies, by object. */
  readonly entries: string;
  /** Bytes, by checksum. */
  readonly objects: string;
  /** Bytes that are on their way. */
  readonly incoming: string;
}

interface Found {
  readonly path: string;
  readonly sizeBytes: number;
  readonly usedMs: number;
}

/** Bytes that have been on their way for so long were left by a process that ended. */
const abandonedMs = 24 * 60 * 60 * 1000;

/** What so many bytes take on a disk that gives out 4 KiB at a time. */
export const costOf = (sizeBytes: number): number => Math.max(1, Math.ceil(sizeBytes / 4096)) * 4096;

/**
 * Removes what was not used for the longest time, until the rest fits. Several processes may do it at once. An entry that is older
 * than every copy left has lost its copy, or will be fetched again.
 */
export const sweepCache = async (
  { entries, objects, incoming }: CachePlaces,
  { limitBytes, nowMs }: { readonly limitBytes: number; readonly nowMs: number },
): Promise<void> => {
  const [copies, known] = [await foundIn(objects), await foundIn(entries)];
  const isCopy = new Set(copies);
  let room = limitBytes;
  let oldestMs = Infinity;
  for (const found of [...copies, ...known].sort((one, other) => other.usedMs - one.usedMs)) {
    room -= costOf(found.sizeBytes);
    if (room < 0) await rm(found.path, { force: true });
    else if (isCopy.has(found)) oldestMs = found.usedMs;
  }
  for (const { path, usedMs } of known) if (usedMs < oldestMs) await rm(path, { force: true });
  for (const { path, usedMs } of await foundIn(incoming))
    if (usedMs < nowMs - abandonedMs) await rm(path, { force: true });
};

const foundIn = async (folder: string): Promise<Found[]> => {
  const found: Found[] = [];
  for (const name of await readdir(folder).catch(() => [])) {
    const path = join(folder, name);
    // Another process may have removed it since.
    const known = await stat(path).catch(() => undefined);
    if (known !== undefined) found.push({ path, sizeBytes: known.size, usedMs: known.mtimeMs });
  }
  return found;
};
