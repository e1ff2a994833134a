import { randomUUID } from 'node:crypto';
import { mkdir, mkdtemp, readdir, rm, writeFile } from 'node:fs/promises';
import { connect } from 'node:net';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { startLocalStack, type LocalStack } from '../src/index.js';
import { kill, startInChild, until } from './stack-process.js';
import { createStorageClient } from './storage-client.js';
import { createTusClient } from './tus-client.js';

let directory: string;
beforeEach(async () => void (directory = await mkdtemp(path.join(tmpdir(), 'storage-restart-'))));
afterEach(() => rm(directory, { recursive: true, force: true, maxRetries: 5 }));

async function start(): Promise<LocalStack> {
  const started = await startLocalStack({ dataDirectory: directory });
  if (started.isErr()) throw new Error(`${started.error.message} ${started.error.hint}`);
  return started.value;
}

test('objects, keys and signed addresses survive a restart, left-over parts do not harm it', async () => {
  const first = await start();
  let client = createStorageClient(`${first.url}/storage/v1`, first.jwtSecret);
  await client.makeBucket('kept');
  await client.put('kept/folder/a.txt', 'bytes');
  const signing = await client.call('POST', '/object/sign/kept/folder/a.txt', { body: { expiresIn: 600 } });
  await first.stop();
  await writeFile(path.join(directory, 'objects', '.parts', 'left-over'), 'half');

  const second = await start();
  client = createStorageClient(`${second.url}/storage/v1`, second.jwtSecret);
  const read = await client.call('GET', '/object/kept/folder/a.txt', { token: first.serviceRoleKey });
  const signed = await client.call('GET', String(signing.json()['signedURL']), { token: null });
  await client.put('kept/b.txt', 'more');
  await second.stop();
  expect([read.text, signed.text]).toEqual(['bytes', 'bytes']);
}, 120_000);

const objects = (): string => path.join(directory, 'objects');
/** Paths below the directory of objects. */
async function filesOnDisk(): Promise<string[]> {
  const entries = await readdir(objects(), { recursive: true, withFileTypes: true });
  const files = entries.filter((entry) => entry.isFile());
  return files.map((entry) => path.relative(objects(), path.join(entry.parentPath, entry.name)));
}

test('after a kill no byte stays that no row knows, and what is whole or can be gone on with is left alone', async () => {
  const { child, told } = await startInChild(directory);
  const before = createStorageClient(`${String(told['url'])}/storage/v1`, String(told['jwtSecret']));
  await before.makeBucket('kept');
  await before.put('kept/a', 'whole');
  const address = await createTusClient(before, 'kept').begin('resumable', { length: 4, body: 'ab' });
  const [folder = ''] = (await readdir(objects())).filter((name) => name.startsWith('kept'));
  const [whole = ''] = await readdir(path.join(objects(), folder));
  const { hostname, port, pathname } = new URL(`${before.url}/object/kept/a`);
  const socket = connect(Number(port), hostname).on('error', () => undefined);
  const head = [`PUT ${pathname} HTTP/1.1`, `host: ${hostname}`, `authorization: Bearer ${before.serviceRoleKey}`];
  socket.write([...head, 'content-type: text/plain', 'content-length: 900', '', 'half'].join('\r\n'));
  await until(async () => (await filesOnDisk()).some((name) => name.startsWith('.parts')));
  await kill(child);
  // As a kill leaves it between bytes and row, and between the row of a bucket and its folder.
  await writeFile(path.join(objects(), folder, randomUUID()), 'no row');
  await mkdir(path.join(objects(), 'deleted.0123456789abcdef'));
  await writeFile(path.join(objects(), 'deleted.0123456789abcdef', randomUUID()), 'no bucket');

  const stack = await start();
  const left = await filesOnDisk();
  const after = createStorageClient(`${stack.url}/storage/v1`, stack.jwtSecret);
  const read = await after.call('GET', '/object/kept/a');
  const resumed = await createTusClient(after, 'kept').patch(address, 2, 'cd');
  await stack.stop();
  expect(left.filter((name) => !name.startsWith('.uploads'))).toEqual([path.join(folder, whole)]);
  expect([read.text, resumed.status]).toEqual(['whole', 204]);
}, 120_000);

test('the bytes of another server’s rows are nothing to the server of the directory', async () => {
  const { databaseUrl, stop } = (await startLocalStack())._unsafeUnwrap();
  const foreign = async (): Promise<LocalStack> =>
    (await startLocalStack({ dataDirectory: directory, databaseUrl }))._unsafeUnwrap();
  const first = await foreign();
  const client = createStorageClient(`${first.url}/storage/v1`, first.jwtSecret);
  await client.makeBucket('b');
  await client.put('b/a', 'theirs');
  await first.stop();
  await (await start()).stop();
  const second = await foreign();
  const read = await createStorageClient(`${second.url}/storage/v1`, second.jwtSecret).call('GET', '/object/b/a');
  await second.stop();
  await stop();
  expect(read.text).toBe('theirs');
}, 120_000);
