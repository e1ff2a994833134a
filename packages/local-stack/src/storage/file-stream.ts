import type { FileHandle } from 'node:fs/promises';
import type { ByteRange } from './byte-range.js';

const chunkBytes = 256 * 1024;

/** The bytes of a range, read as fast as they are taken. Owns the handle: closes it at the end, on a failure and when nobody wants more. */
export function fileStream(handle: FileHandle, { first, last }: ByteRange): ReadableStream<Uint8Array> {
  let position = first;
  return new ReadableStream<Uint8Array>(
    {
      async pull(controller) {
        try {
          const wanted = Math.min(chunkBytes, last - position + 1);
          const { bytesRead, buffer } = await handle.read(Buffer.allocUnsafe(wanted), 0, wanted, position);
          if (bytesRead === 0) throw new Error('The file is shorter than its row says.');
          position += bytesRead;
          controller.enqueue(buffer.subarray(0, bytesRead));
        } catch (thrown) {
          await handle.close();
          throw thrown;
        }
        if (position > last) {
          await handle.close();
          controller.close();
        }
      },
      cancel: () => handle.close(),
    },
    { highWaterMark: 0 },
  );
}
