import { PassThrough, Writable } from 'node:stream';
import { targetToStream } from './stream-target.js';

const opened = async (stream: Parameters<typeof targetToStream>[0]) =>
  (await targetToStream(stream).open())._unsafeUnwrap();

/** A place that remembers, in both makes. */
const makes = [
  [
    'a Node stream',
    () => {
      const seen: string[] = [];
      const stream = new Writable({
        write: (chunk: Buffer, _encoding, done) => (seen.push(chunk.toString()), void setImmediate(done)),
        final: (done) => (seen.push('end'), done()),
        destroy: (cause, done) => (seen.push(cause === null ? 'closed' : 'broken'), done(null)),
      });
      return { seen, stream };
    },
  ],
  [
    'a web stream',
    () => {
      const seen: string[] = [];
      const stream = new WritableStream<Uint8Array>({
        write: async (chunk) => void seen.push(Buffer.from(chunk).toString()),
        close: () => void seen.push('end', 'closed'),
        abort: () => void seen.push('broken'),
      });
      return { seen, stream };
    },
  ],
] as const;

test.each(makes)('%s ends only on commit', async (_what, make) => {
  const { seen, stream } = make();
  const writer = await opened(stream);
  await writer.write(Buffer.from('he'));
  await writer.write(Buffer.from('llo'));
  expect(seen).toEqual(['he', 'llo']);
  await writer.commit();
  await writer.discard();
  await new Promise((resolve) => setImmediate(resolve));
  expect(seen).toEqual(['he', 'llo', 'end', 'closed']);
});

test.each(makes)('%s breaks when the bytes are not to be trusted', async (_what, make) => {
  const { seen, stream } = make();
  const writer = await opened(stream);
  await writer.write(Buffer.from('he'));
  await writer.discard();
  await writer.discard();
  await new Promise((resolve) => setImmediate(resolve));
  expect(seen).toEqual(['he', 'broken']);
});

test.each(makes)('%s takes one attempt and says so to a second', async (_what, make) => {
  const target = targetToStream(make().stream);
  await target.open();
  expect((await target.open())._unsafeUnwrapErr()).toMatchObject({ kind: 'failed', code: 'TargetSpent' });
});

test('waits until the stream takes more', async () => {
  let release: () => void = () => undefined;
  const stream = new Writable({ highWaterMark: 1, write: (_chunk, _encoding, done) => void (release = done) });
  const writer = await opened(stream);
  let isDone = false;
  const writing = writer.write(Buffer.from('hello')).then(() => (isDone = true));
  await new Promise((resolve) => setImmediate(resolve));
  expect(isDone).toBe(false);
  release();
  expect(await writing).toBe(true);
});

test('a stream that its owner closes or that fails rejects the writing', async () => {
  const closed = new PassThrough();
  const writer = await opened(closed);
  closed.destroy();
  await expect(writer.write(Buffer.from('x'))).rejects.toThrow('closed');
  await expect(writer.commit()).rejects.toThrow('closed');
  const failing = new Writable({ write: (_chunk, _encoding, done) => done(new Error('full')) });
  await expect((await opened(failing)).write(Buffer.from('x'))).rejects.toThrow('full');
});
