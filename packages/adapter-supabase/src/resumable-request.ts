import type { Call } from '@hybrid-supabase/core';
import type { Failure } from './failure.js';
import type { ChunkBody } from './resumable-api.js';
import { conflictCode } from './resumable-failure.js';
import { defaultContentType, storedMetadataOf, type UploadInput } from './upload-file.js';

/** Names the content type always: without one the Storage API would not check it against the list of the bucket. */
export const vendorMetadataOf = (input: UploadInput): Record<string, string> => {
  const metadata = storedMetadataOf(input);
  return {
    bucketName: input.bucket,
    objectName: input.path,
    contentType: input.contentType ?? defaultContentType,
    cacheControl: String(input.cacheSeconds ?? 3600),
    ...(metadata !== undefined && { metadata: JSON.stringify(metadata) }),
  };
};

const pieceBytes = 256 * 1024;

/** In pieces, so that a slow line is seen to move. */
export const bodyOf = (chunk: Uint8Array, call: Call): ChunkBody => ({
  sizeBytes: chunk.byteLength,
  stream: () => {
    let from = 0;
    return new ReadableStream({
      pull(controller) {
        if (from >= chunk.byteLength) return controller.close();
        controller.enqueue(chunk.subarray(from, (from += pieceBytes)));
        call.progressed();
      },
    });
  },
});

/** Whether a look at the offset may help: the line broke, or the offsets differ. */
export const mayGoOn = ({ kind, code }: Failure): boolean =>
  code === conflictCode || ['interrupted', 'timed-out', 'unavailable', 'invalid-reply'].includes(kind);

/** The same failure of a request after which no object can be there. */
export const withoutEffect = (failure: Failure): Failure => ({ ...failure, effect: 'none' });
