import { PassThrough } from 'node:stream';
import { guardOf } from './stream-guard.js';

const ready = Buffer.from([0x5a, 0, 0, 0, 5, 0x49]);
const endOf = (stream: PassThrough): Promise<unknown> => new Promise((resolve) => stream.once('error', resolve));

test('the reader gets every byte of a good answer', async () => {
  const stream = new PassThrough();
  const read: Buffer[] = [];
  stream.on('data', (chunk: Buffer) => read.push(chunk));
  const guard = guardOf(stream);
  stream.end(ready);
  await new Promise((resolve) => stream.once('end', resolve));
  expect(Buffer.concat(read)).toEqual(ready);
  expect(guard?.fault()).toBeUndefined();
});

test('the reader sees nothing of a garbled answer, and the stream ends', async () => {
  const stream = new PassThrough();
  const read = jest.fn();
  stream.on('data', read);
  const guard = guardOf(stream);
  stream.write('nonsense');
  expect(String(await endOf(stream))).toMatch(/no message of its protocol/);
  expect(read).not.toHaveBeenCalled();
  expect([guard?.fault(), guard?.isAlive()]).toEqual(['garbled', false]);
});

test('a reader that throws at a message ends the stream, not the process', async () => {
  const stream = new PassThrough();
  stream.on('data', () => {
    throw new RangeError('beyond the end');
  });
  const guard = guardOf(stream);
  stream.write(ready);
  expect(await endOf(stream)).toMatchObject({ cause: { message: 'beyond the end' } });
  expect(guard?.fault()).toBe('garbled');
});

test('a stream has one guard, however often it is asked for', () => {
  const stream = new PassThrough();
  expect(guardOf(stream)).toBe(guardOf(stream));
});

test.each([undefined, null, 'stream', {}])('what is no stream has no guard: %p', (value) => {
  expect(guardOf(value)).toBeUndefined();
});
