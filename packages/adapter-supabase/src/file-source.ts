import type { Stats } from 'node:fs';
import { open, stat } from 'node:fs/promises';
import { resolve } from 'node:path';
import { layerError, type FileSource, type LayerResult } from '@hybrid-supabase/core';
import { err, ok } from 'neverthrow';

/** Bytes in memory. They are not copied: leave them alone until the upload has ended. */
export const sourceFromBytes = (bytes: Uint8Array): FileSource => ({
  sizeBytes: bytes.byteLength,
  async *open(offset) {
    if (offset < bytes.byteLength) yield bytes.subarray(offset);
  },
});

/** A Blob or a File, which can be read any number of times. Its type is not looked at: give it as `contentType`. */
export const sourceFromBlob = (blob: Blob): FileSource => ({
  sizeBytes: blob.size,
  open: (offset) => blob.slice(offset).stream(),
});

/** A file by its path, measured now and read when it is sent; nothing is open in between. A file that changes meanwhile is not sent. */
export const sourceFromFile = async (path: string): LayerResult<FileSource> => {
  try {
    const found = await stat(path);
    if (!found.isFile()) return err(unreadable('This is not a regular file.'));
    const identity = identityOf(path, found);
    return ok({ sizeBytes: found.size, identity, open: (offset) => bytesOf({ path, offset, identity }) });
  } catch (cause) {
    return err(unreadable('The file could not be measured.', cause));
  }
};

interface Reading {
  readonly path: string;
  readonly offset: number;
  readonly identity: string;
}

const pieceBytes = 512 * 1024;

/** Looks at the file again after its last byte: whoever holds back that byte until the end never sends a mixture. */
async function* bytesOf({ path, offset, identity }: Reading): AsyncGenerator<Uint8Array> {
  const file = await open(path, 'r');
  try {
    const room = Math.min(pieceBytes, Math.max(1, (await file.stat()).size - offset));
    for (let position = offset; ;) {
      const { bytesRead, buffer } = await file.read(Buffer.allocUnsafe(room), 0, room, position);
      if (bytesRead === 0) break;
      yield buffer.subarray(0, bytesRead);
      position += bytesRead;
    }
    if (identityOf(path, await file.stat()) !== identity) throw new Error('The file changed while it was read.');
  } finally {
    await file.close();
  }
}

/** `ctimeMs` is the one time that nobody can set back: a copy that keeps `mtimeMs` changes it. */
const identityOf = (path: string, { size, mtimeMs, ctimeMs, ino }: Stats): string =>
  `file:${resolve(path)}:${size}:${mtimeMs}:${ctimeMs}:${ino}`;

const unreadable = (message: string, cause?: unknown) =>
  layerError({
    kind: 'invalid-request',
    layer: 'local-file',
    effect: 'none',
    message,
    hint: 'Check that it exists, is a regular file and may be read.',
    ...(cause !== undefined && { cause }),
  });
