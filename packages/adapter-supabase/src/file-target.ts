import { randomUUID } from 'node:crypto';
import { open, rename, rm, type FileHandle } from 'node:fs/promises';
import { dirname } from 'node:path';
import { layerError, type FileTarget, type FileWriter } from '@hybrid-supabase/core';
import { err, ok } from 'neverthrow';
import { openFileRanges } from './file-ranges.js';
import { joinedBytes } from './joined-bytes.js';
import { partialPath } from './partial-path.js';
import { syncFolder } from './sync-folder.js';

/** A place in memory. */
export interface BytesTarget extends FileTarget {
  /** What was committed; undefined until then. */
  bytes(): Uint8Array | undefined;
}

/** How much may be kept. */
export interface BytesTargetOptions {
  /** A larger object is refused before its bytes are taken. @default 64 MiB */
  readonly limitBytes?: number;
}

const defaultLimitBytes = 64 * 1024 * 1024;

/** Keeps the bytes in memory: for what is known to be small. */
export const targetToBytes = ({ limitBytes = defaultLimitBytes }: BytesTargetOptions = {}): BytesTarget => {
  let committed: Uint8Array | undefined;
  return {
    bytes: () => committed,
    async open(version) {
      if (version !== undefined && version.sizeBytes > limitBytes) return err(tooLarge(limitBytes));
      const chunks: Uint8Array[] = [];
      let count = 0;
      return ok({
        async write(chunk) {
          count += chunk.byteLength;
          if (count > limitBytes) throw new RangeError(`More than ${limitBytes} bytes came.`);
          chunks.push(chunk);
        },
        commit: async () => void (committed ??= joinedBytes(chunks)),
        discard: async () => void chunks.splice(0),
      });
    },
  };
};

const tooLarge = (limitBytes: number) =>
  layerError({
    kind: 'failed',
    layer: 'memory',
    effect: 'none',
    code: 'TooLargeForTarget',
    message: `The object is larger than the ${limitBytes} bytes that may be kept in memory.`,
    hint: 'Download it to a file, or give a larger `limitBytes`.',
  });

/**
 * A file. It is written beside its place under a name of its own, brought to disk, then renamed: the final
 * name never holds half a file. What was there is replaced on commit only. A large object is written in ranges to
 * `<path>.part`, with its position in `<path>.part.log`: a killed process leaves both, and the next download goes on.
 */
export const targetToFile = (path: string): FileTarget => ({
  openRanges: (version) => openFileRanges(path, version),
  async open() {
    const partial = partialPath(path, `.${randomUUID()}.part`);
    try {
      return ok(writerTo(path, partial, await open(partial, 'wx')));
    } catch (cause) {
      return err(
        layerError({
          kind: 'failed',
          layer: 'local-file',
          effect: 'none',
          message: 'The file could not be created.',
          hint: 'Check that its folder exists and may be written to.',
          cause,
        }),
      );
    }
  },
});

const writerTo = (path: string, partial: string, file: FileHandle): FileWriter => {
  let ended = false;
  return {
    async write(chunk) {
      for (let from = 0; from < chunk.byteLength;) from += (await file.write(chunk, from)).bytesWritten;
    },
    async commit() {
      await file.sync();
      await file.close();
      await rename(partial, path);
      ended = true;
      await syncFolder(dirname(path));
    },
    async discard() {
      if (ended) return;
      ended = true;
      await file.close().finally(() => rm(partial, { force: true }));
    },
  };
};
