import { createHash, randomBytes } from 'node:crypto';
import type { FileSource } from '@hybrid-supabase/core';
import fc from 'fast-check';
import { sourceFromBytes } from './file-source.js';
import { createSourceChunks } from './source-chunks.js';

const chunkBytes = 16;

/** The same bytes in pieces of the given sizes, over and over. */
const inPieces = (bytes: Uint8Array, sizes: readonly number[]): FileSource => ({
  sizeBytes: bytes.byteLength,
  async *open(offset) {
    for (let from = offset, at = 0; from < bytes.byteLength; at += 1)
      yield bytes.subarray(from, (from += sizes[at % sizes.length] ?? 1));
  },
});

test('bytes that lie in memory are not copied', async () => {
  const bytes = randomBytes(3 * chunkBytes + 5);
  const chunks = createSourceChunks({ source: sourceFromBytes(bytes), sha256: undefined, chunkBytes });
  for (let offset = 0; offset < bytes.byteLength; offset += chunkBytes) {
    const chunk = (await chunks.at(offset))._unsafeUnwrap();
    expect(chunk.buffer).toBe(bytes.buffer);
    expect(chunk.byteOffset).toBe(bytes.byteOffset + offset);
  }
});

test('chunks are the bytes of the source, however it cuts them and wherever a request goes on', async () => {
  const sizes = fc.array(fc.integer({ min: 0, max: 40 }), { minLength: 1, maxLength: 5 });
  await fc.assert(
    fc.asyncProperty(
      fc.uint8Array({ minLength: 1, maxLength: 100 }),
      sizes.filter((some) => some.some((size) => size > 0)),
      fc.array(fc.double({ min: 0, max: 1, noNaN: true }), { maxLength: 4 }),
      async (bytes, pieces, jumps) => {
        const sha256 = createHash('sha256').update(bytes).digest('hex');
        const chunks = createSourceChunks({ source: inPieces(bytes, pieces), sha256, chunkBytes });
        const starts = jumps.map((share) => Math.floor(share * (bytes.byteLength - 1)));
        for (let offset = 0; offset < bytes.byteLength;) {
          const chunk = Uint8Array.from((await chunks.at(offset))._unsafeUnwrap());
          expect(chunk).toEqual(bytes.slice(offset, offset + chunkBytes));
          offset = starts.shift() ?? offset + chunk.byteLength;
        }
        await chunks.close();
      },
    ),
  );
});

test.each([
  ['fewer', 20, 'The source has fewer bytes than it said.'],
  ['more', 10, 'The source has more bytes than it said.'],
])('a source with %s bytes than it said gives no last chunk', async (_, sizeBytes, message) => {
  const source = { ...inPieces(randomBytes(15), [4]), sizeBytes };
  const chunks = createSourceChunks({ source, sha256: undefined, chunkBytes: 32 });
  expect((await chunks.at(0))._unsafeUnwrapErr().message).toBe(message);
});
