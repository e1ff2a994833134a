import type { Locker } from '@tus/server';
import path from 'node:path';
import { createPartialFiles, type PartialFiles } from './partial-files.js';
import type { PartialUpload } from './partial-upload.js';
import { uploadOrderOf } from './resumable-order.js';
import { TusFailure } from './tus-failure.js';
import { uploadId, versionOf } from './upload-id.js';
import { createUploadLocks } from './upload-locks.js';

/** How long uploads live. */
export interface UploadSessionsOptions {
  /** From the creation of an upload, whatever comes later. @default 24 hours, as the hosted service says */
  readonly expiryMs?: number;
  /** How long expired uploads may stay on disk while other uploads go on. @default 10 minutes */
  readonly sweepEveryMs?: number;
  readonly now?: () => number;
}

/** All resumable uploads of one objects directory. */
export interface UploadSessions {
  readonly partials: PartialFiles;
  readonly locks: Locker;
  readonly expiryMs: number;
  now(): number;
  /** The upload of an address; fails when there is none, or when its time is over. */
  find(id: string): Promise<PartialUpload>;
  /** Removes what has expired, if that was not done lately. No timer: every request for an upload asks for it. */
  sweepWhenDue(): Promise<void>;
}

/** Reads nothing before the first request. */
export function createUploadSessions(
  objectsDirectory: string,
  { expiryMs = 24 * 60 * 60_000, sweepEveryMs = 10 * 60_000, now = Date.now }: UploadSessionsOptions = {},
): UploadSessions {
  const partials = createPartialFiles(path.join(objectsDirectory, '.uploads'));
  const locks = createUploadLocks();
  const isOver = (bornMs: number): boolean => now() > bornMs + expiryMs;
  let sweptAtMs = -Infinity;

  /** Waits for its turn, so that an open request can end before its upload goes. */
  async function removeWhenOver(version: string, writtenAtMs: number): Promise<void> {
    const upload = await partials.read(version);
    if (!isOver(upload?.createdAtMs ?? writtenAtMs)) return;
    const lock = locks.newLock(version);
    await lock.lock(new AbortController().signal, () => undefined);
    await partials.remove(version).finally(() => lock.unlock());
  }

  return {
    partials,
    locks,
    expiryMs,
    now,
    async find(id) {
      const version = versionOf(id);
      const upload = version === undefined ? undefined : await partials.read(version);
      if (upload === undefined || uploadId(uploadOrderOf(upload.metadata), upload.version) !== id)
        throw new TusFailure('missing');
      if (isOver(upload.createdAtMs)) throw new TusFailure('gone');
      return upload;
    },
    async sweepWhenDue() {
      if (now() < sweptAtMs + sweepEveryMs) return;
      sweptAtMs = now();
      for (const { version, writtenAtMs } of await partials.list()) await removeWhenOver(version, writtenAtMs);
    },
  };
}
