import { createHash } from 'node:crypto';
import { once } from 'node:events';
import { readdir } from 'node:fs/promises';
import path from 'node:path';
import { Readable } from 'node:stream';
import type { StorageStack } from './storage-client.js';
import { openStorage } from './storage-stack.js';
import { resumable } from './tus-client.js';
import { seededBytes, startUpload } from './tus-library.js';

// A started database takes its time on a busy machine.
jest.setTimeout(120_000);

const mebibyte = 1024 * 1024;
let stack: StorageStack;

beforeAll(async () => {
  stack = await openStorage();
  await stack.setGlobalFileSizeLimit(300 * mebibyte);
  await stack.makeBucket('b');
});
afterAll(() => stack.stop());

const etagOf = async (key: string): Promise<unknown> =>
  (await stack.call('GET', `/object/info/b/${key}`)).json()['etag'];
const md5 = (bytes: Uint8Array): string => `"${createHash('md5').update(bytes).digest('hex')}"`;
const recordsLeft = async (): Promise<number> =>
  (await readdir(path.join(stack.objectsDirectory, '.uploads'))).filter((name) => name.endsWith('.bytes')).length;

test('uploads in chunks, the first of them with the creation', async () => {
  const bytes = seededBytes(1, 14 * mebibyte);
  const upload = startUpload(stack, bytes, { key: 'chunks', uploadDataDuringCreation: true });
  await upload.done;
  expect(await etagOf('chunks')).toBe(md5(bytes));
  expect(upload.requests()).toEqual(['POST', 'PATCH', 'PATCH']);
});

test('goes on from the offset after an abort', async () => {
  const bytes = seededBytes(2, 14 * mebibyte);
  const first = startUpload(stack, bytes, { key: 'resumed' });
  await first.reached(6 * mebibyte);
  await first.upload.abort();
  const second = startUpload(stack, bytes, { key: 'resumed', uploadUrl: first.upload.url });
  await second.done;
  expect(await etagOf('resumed')).toBe(md5(bytes));
  expect(second.requests().slice(0, 2)).toEqual(['HEAD', 'PATCH']);
  expect(second.requests().length).toBeLessThanOrEqual(3);
});

test('leaves nothing of an upload that is given up', async () => {
  const first = startUpload(stack, seededBytes(3, 14 * mebibyte), { key: 'given-up' });
  await first.reached(6 * mebibyte);
  await first.upload.abort(true);
  const answer = await stack.call('HEAD', first.upload.url?.replace(stack.url, '') ?? '', {
    headers: { 'tus-resumable': '1.0.0' },
  });
  expect([answer.status, await recordsLeft()]).toEqual([404, 0]);
});

test('uploads a stream of unknown length', async () => {
  const bytes = seededBytes(4, 3 * mebibyte);
  const source = Readable.from([bytes.subarray(0, mebibyte), bytes.subarray(mebibyte)]);
  const upload = startUpload(stack, source, { key: 'endless', uploadLengthDeferred: true, chunkSize: mebibyte });
  await upload.done;
  expect(await etagOf('endless')).toBe(md5(bytes));
});

test('uploads with a signature in place of a token', async () => {
  const signing = await stack.call('POST', '/object/upload/sign/b/signed');
  const bytes = seededBytes(5, 7 * mebibyte);
  const headers = { 'x-signature': String(signing.json()['token']) };
  await startUpload(stack, bytes, { key: 'signed', endpoint: `${stack.url}${resumable}/sign`, headers }).done;
  expect(await etagOf('signed')).toBe(md5(bytes));
});

test('tells the library why a key is refused, with the real status', async () => {
  await stack.put('b/taken', 'x');
  const failed = await startUpload(stack, seededBytes(6, 10), { key: 'taken' }).done.catch((thrown: unknown) => thrown);
  expect(failed).toMatchObject({ message: expect.stringMatching(/409.*already exists/s) });
});

test('takes 256 MiB that are never in memory as a whole, and gives them back', async () => {
  const hash = createHash('md5');
  const chunk = seededBytes(7, mebibyte);
  const source = Readable.from(
    (function* () {
      for (let index = 0; index < 256; index += 1) {
        const part = Buffer.from(chunk);
        part.writeUInt32LE(index);
        hash.update(part);
        yield part;
      }
    })(),
    { objectMode: false, highWaterMark: mebibyte },
  );
  await startUpload(stack, source, { key: 'large', uploadSize: 256 * mebibyte }).done;
  const expected = hash.digest('hex');
  expect(await etagOf('large')).toBe(`"${expected}"`);
  const answer = await fetch(`${stack.url}/object/b/large`, {
    headers: { authorization: `Bearer ${stack.serviceRoleKey}` },
  });
  const back = createHash('md5');
  const body = Readable.fromWeb(answer.body!).on('data', (part: Uint8Array) => void back.update(part));
  await once(body, 'end');
  expect(back.digest('hex')).toBe(expected);
});
