import path from 'node:path';
import { createPartialFiles, type PartialFiles } from './partial-files.js';
import type { PartialUpload } from './partial-upload.js';
import { uploadOrderOf } from './resumable-order.js';
import { TusFailure } from './tus-failure.js';
import { uploadId, versionOf } from './upload-id.js';
import { createUploadTurns, type UploadTurns } from './upload-turns.js';

/** Beside the buckets' folders. */
export const uploadsFolder = '.uploads';

/** How long uploads live. */
export interface UploadSessionsOptions {
  /** From the creation of an upload, whatever comes later. @default 24 hours, as the hosted service says */
  readonly expiryMs?: number;
  readonly now?: () => number;
}

/** All resumable uploads of one objects directory. */
export interface UploadSessions {
  readonly partials: PartialFiles;
  readonly turns: UploadTurns;
  readonly expiryMs: number;
  now(): number;
  /** The upload of an address; fails when there is none, or when its time is over. */
  find(id: string): Promise<PartialUpload>;
  /** Removes from disk what has expired; open requests for it end first. */
  sweep(): Promise<void>;
}

/** Reads nothing before the first request. */
export function createUploadSessions(
  objectsDirectory: string,
  { expiryMs = 24 * 60 * 60_000, now = Date.now }: UploadSessionsOptions = {},
): UploadSessions {
  const partials = createPartialFiles(path.join(objectsDirectory, uploadsFolder));
  const turns = createUploadTurns();
  const isOver = (bornMs: number): boolean => now() > bornMs + expiryMs;

  /** Waits for its turn, so that an open request can end before its upload goes. */
  async function removeWhenOver(version: string, writtenAtMs: number): Promise<void> {
    const upload = await partials.read(version);
    if (!isOver(upload?.createdAtMs ?? writtenAtMs)) return;
    const turn = await turns.take(version);
    await partials.remove(version).finally(() => turn.end());
  }

  return {
    partials,
    turns,
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
    async sweep() {
      for (const { version, writtenAtMs } of await partials.list()) await removeWhenOver(version, writtenAtMs);
    },
  };
}
