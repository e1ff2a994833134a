import { Readable } from 'node:stream';
import { sourceFromStream } from './stream-source.js';

const pieces = ['he', 'll', 'o'].map((text) => Buffer.from(text));
const text = async (bytes: AsyncIterable<Uint8Array>): Promise<string> => {
  const chunks: Uint8Array[] = [];
  for await (const chunk of bytes) chunks.push(chunk);
  return Buffer.concat(chunks).toString();
};
async function* generated(): AsyncGenerator<Uint8Array> {
  yield* pieces;
}

test.each([
  ['a generator', () => generated()],
  ['a Node stream', () => Readable.from(pieces)],
  ['a web stream', () => ReadableStream.from(pieces)],
])('%s is read as it comes, and again while it is small', async (_what, make) => {
  const source = sourceFromStream(make(), { sizeBytes: 5 });
  expect([await text(source.open(0)), await text(source.open(0)), await text(source.open(3))]).toEqual([
    'hello',
    'hello',
    'lo',
  ]);
  expect(source.isSpent?.()).toBe(false);
  const unmeasured = sourceFromStream(make());
  expect([unmeasured.sizeBytes, await text(unmeasured.open())]).toEqual([undefined, 'hello']);
});

test('goes on where a reader that gave up had come to', async () => {
  const source = sourceFromStream(generated(), { sizeBytes: 5 });
  for await (const piece of source.open(0)) if (piece.byteLength > 0) break;
  expect(await text(source.open(0))).toBe('hello');
});

test('is spent with the first byte that is not kept, and says so', async () => {
  const source = sourceFromStream(generated(), { sizeBytes: 5, replayBytes: 3 });
  expect(source.isSpent?.()).toBe(false);
  expect(await text(source.open(0))).toBe('hello');
  expect(source.isSpent?.()).toBe(true);
  await expect(text(source.open(0))).rejects.toThrow('only once');
});

test('a spent stream that is left early is ended, a kept one is left to its owner', async () => {
  const [kept, spent] = [Readable.from(pieces), Readable.from(pieces)];
  for await (const piece of sourceFromStream(kept).open()) if (piece.byteLength > 0) break;
  for await (const piece of sourceFromStream(spent, { replayBytes: 0 }).open()) if (piece.byteLength > 0) break;
  expect([kept.destroyed, spent.destroyed]).toEqual([false, true]);
  kept.destroy();
});

test('a later reader takes over from one that still waits, and loses nothing', async () => {
  let give: (piece: Uint8Array) => void = () => undefined;
  async function* slow(): AsyncGenerator<Uint8Array> {
    yield await new Promise<Uint8Array>((resolve) => (give = resolve));
    yield Buffer.from(' world');
  }
  const source = sourceFromStream(slow(), { sizeBytes: 11 });
  const first = text(source.open(0));
  await new Promise((resolve) => setImmediate(resolve));
  const second = text(source.open(0));
  give(Buffer.from('hello'));
  await expect(first).rejects.toThrow('took the stream over');
  expect(await second).toBe('hello world');
});

test('a stream that breaks, early or late, rejects the reading every time', async () => {
  const early = new Readable({ read: () => undefined });
  const source = sourceFromStream(early, { sizeBytes: 5 });
  early.destroy(new Error('disk'));
  await new Promise((resolve) => setImmediate(resolve));
  await expect(text(source.open(0))).rejects.toThrow('disk');
  await expect(text(source.open(0))).rejects.toThrow('disk');
});

test('what is not bytes is refused instead of guessed', async () => {
  const source = sourceFromStream(Readable.from(['text']));
  await expect(text(source.open())).rejects.toThrow('not bytes');
});
