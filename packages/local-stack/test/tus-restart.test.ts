import { createHash } from 'node:crypto';
import { mkdtemp, rm, stat } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { kill, startInChild } from './stack-process.js';
import { createStorageClient, type StorageClient } from './storage-client.js';
import { start } from './stack-client.js';
import { createTusClient } from './tus-client.js';
import { seededBytes, startUpload } from './tus-library.js';

// A started database takes its time on a busy machine.
jest.setTimeout(120_000);

const mebibyte = 1024 * 1024;
let directory: string;
beforeEach(async () => void (directory = await mkdtemp(path.join(tmpdir(), 'tus-restart-'))));
afterEach(() => rm(directory, { recursive: true, force: true, maxRetries: 5 }));

const clientOf = ({ url, jwtSecret }: { url: string; jwtSecret: string }): StorageClient =>
  createStorageClient(`${url}/storage/v1`, jwtSecret);
const etagOf = async (client: StorageClient, key: string): Promise<unknown> =>
  (await client.call('GET', `/object/info/b/${key}`)).json()['etag'];
const md5 = (bytes: Uint8Array): string => `"${createHash('md5').update(bytes).digest('hex')}"`;

test('an upload goes on after the server was stopped and started', async () => {
  const first = await start({ dataDirectory: directory });
  const before = clientOf(first);
  await before.makeBucket('b');
  const address = await createTusClient(before, 'b').begin('kept', { length: 6, body: 'abc' });
  await first.stop();

  const second = await start({ dataDirectory: directory });
  const tus = createTusClient(clientOf(second), 'b');
  const asked = await tus.head(address);
  const last = await tus.patch(address, 3, 'def');
  const etag = await etagOf(clientOf(second), 'kept');
  await second.stop();
  expect([asked.headers.get('upload-offset'), last.status]).toEqual(['3', 204]);
  expect(etag).toBe(md5(Buffer.from('abcdef')));
});

test('an upload goes on after the server was killed in the middle of a part, from what is on disk', async () => {
  const bytes = seededBytes(11, 40 * mebibyte);
  const { child, told } = await startInChild(directory);
  const before = clientOf({ url: String(told['url']), jwtSecret: String(told['jwtSecret']) });
  await before.makeBucket('b');
  const first = startUpload(before, bytes, { key: 'killed', chunkSize: 8 * mebibyte });
  const failed = first.done.catch((thrown: unknown) => thrown);
  await first.reached(16 * mebibyte);
  await kill(child);
  expect(await failed).toBeInstanceOf(Error);

  const second = await start({ dataDirectory: directory });
  const after = clientOf(second);
  const address = (first.upload.url ?? '').replace(before.url, '');
  const version = Buffer.from(address.split('/').at(-1) ?? '', 'base64url')
    .toString()
    .slice(-36);
  const offset = Number((await createTusClient(after, 'b').head(address)).headers.get('upload-offset'));
  const onDisk = (await stat(path.join(directory, 'objects', '.uploads', `${version}.bytes`))).size;
  await startUpload(after, bytes, { key: 'killed', uploadUrl: after.url + address }).done;
  const etag = await etagOf(after, 'killed');
  await second.stop();
  expect(offset).toBe(onDisk);
  expect(offset).toBeGreaterThanOrEqual(16 * mebibyte);
  expect(etag).toBe(md5(bytes));
});
