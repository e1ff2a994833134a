import { createHash, type Hash } from 'node:crypto';

/** Md5 sums that grow with the files they belong to, so that a finished upload need not be read again. */
export interface RunningDigests {
  /** To be called for every chunk once it is on disk, with the position it was written at. */
  add(version: string, position: number, chunk: Uint8Array): void;
  /** Lower-case hex; undefined unless every byte up to the size was seen, which ends with the process. */
  of(version: string, sizeBytes: number): string | undefined;
  drop(version: string): void;
}

interface Running {
  readonly hash: Hash;
  sizeBytes: number;
}

/** Holds a few hundred bytes for each upload in progress. */
export function createRunningDigests(): RunningDigests {
  const running = new Map<string, Running>();

  function at(version: string, position: number): Running | undefined {
    if (position === 0) running.set(version, { hash: createHash('md5'), sizeBytes: 0 });
    const found = running.get(version);
    if (found?.sizeBytes === position) return found;
    running.delete(version);
    return undefined;
  }

  return {
    add(version, position, chunk) {
      const found = at(version, position);
      found?.hash.update(chunk);
      if (found) found.sizeBytes += chunk.byteLength;
    },
    of(version, sizeBytes) {
      const found = running.get(version);
      return found?.sizeBytes === sizeBytes ? found.hash.copy().digest('hex') : undefined;
    },
    drop: (version) => void running.delete(version),
  };
}
