import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { startLocalStack, type LocalStack } from '../src/index.js';
import { createStorageClient } from './storage-client.js';

let directory: string;
beforeAll(async () => void (directory = await mkdtemp(path.join(tmpdir(), 'storage-restart-'))));
afterAll(() => rm(directory, { recursive: true, force: true, maxRetries: 5 }));

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
