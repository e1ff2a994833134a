import { createReadStream } from 'node:fs';
import { stat } from 'node:fs/promises';
import { layerError, type FileSource, type LayerResult } from '@hybrid-supabase/core';
import { err, ok } from 'neverthrow';

/** Bytes in memory. They are not copied: leave them alone until the upload has ended. */
export const sourceFromBytes = (bytes: Uint8Array): FileSource => ({
  sizeBytes: bytes.byteLength,
  async *open(offset) {
    if (offset < bytes.byteLength) yield bytes.subarray(offset);
  },
});

/** A file by its path, measured now and read when it is sent; nothing is open in between. */
export const sourceFromFile = async (path: string): LayerResult<FileSource> => {
  try {
    const { size, isFile } = await stat(path).then((found) => ({ size: found.size, isFile: found.isFile() }));
    if (!isFile) return err(unreadable('This is not a regular file.'));
    return ok({ sizeBytes: size, open: (offset) => createReadStream(path, { start: offset }) });
  } catch (cause) {
    return err(unreadable('The file could not be measured.', cause));
  }
};

const unreadable = (message: string, cause?: unknown) =>
  layerError({
    kind: 'invalid-request',
    layer: 'local-file',
    effect: 'none',
    message,
    hint: 'Check that it exists, is a regular file and may be read.',
    ...(cause !== undefined && { cause }),
  });
