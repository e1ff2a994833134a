import { mkdtemp, readdir, rm, utimes, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { Hono } from 'hono';
import { openDatabase, type Database } from '../src/database.js';
import { startLocalStack, type LocalStack } from '../src/index.js';
import { listen, type Listener } from '../src/listener.js';
import type { StorageEnv } from '../src/storage/storage-context.js';
import { createStorageRoutes } from '../src/storage/storage-routes.js';
import { createUploadSessions, type UploadSessions } from '../src/storage/upload-sessions.js';
import { createStorageClient, type StorageClient } from './storage-client.js';
import { until } from './stack-process.js';
import { createTusClient, tusHeaders, type TusClient } from './tus-client.js';

// A started database takes its time on a busy machine.
jest.setTimeout(120_000);

const minuteMs = 60_000;
let stack: LocalStack;
let database: Database;
let listener: Listener;
let objectsDirectory: string;
let client: StorageClient;
let tus: TusClient;
let sessions: UploadSessions;
let passedMs = 0;

beforeAll(async () => {
  stack = (await startLocalStack())._unsafeUnwrap();
  objectsDirectory = await mkdtemp(path.join(tmpdir(), 'tus-expiry-'));
  database = openDatabase({ url: stack.databaseUrl, requesterUrl: stack.databaseUrl });
  listener = (await listen(0))._unsafeUnwrap();
  const { jwtSecret } = stack;
  sessions = createUploadSessions(objectsDirectory, { expiryMs: 60 * minuteMs, now: () => Date.now() + passedMs });
  const routes = createStorageRoutes({
    database,
    objectsDirectory,
    jwtSecret,
    globalFileSizeLimit: () => 1000,
    durable: false,
    sessions,
  });
  const app = new Hono<StorageEnv>().route('/storage/v1', routes);
  listener.serve((request, node) => app.fetch(request, node));
  client = createStorageClient(`${listener.url}/storage/v1`, jwtSecret);
  await client.makeBucket('b');
  tus = createTusClient(client, 'b');
});
afterAll(async () => {
  await listener.close();
  await database.close();
  await stack.stop();
  await rm(objectsDirectory, { recursive: true, force: true });
});

const uploads = (): string => path.join(objectsDirectory, '.uploads');
const waiting = async (): Promise<number> => (await readdir(uploads())).length;
const pass = (minutes: number): void => void (passedMs += minutes * minuteMs);

test('an upload ends a fixed time after its creation, whatever came since, and is then removed', async () => {
  const made = await tus.create('a', { length: 6, body: 'ab' });
  const address = tus.addressOf(made);
  pass(59);
  const part = await tus.patch(address, 2, 'cd');
  expect([part.status, part.headers.get('upload-expires')]).toEqual([204, made.headers.get('upload-expires')]);
  pass(2);
  const answers = [
    await tus.patch(address, 4, 'ef'),
    await tus.head(address),
    await client.call('DELETE', address, { headers: tusHeaders }),
  ];
  expect(answers.map((answer) => answer.status)).toEqual([410, 410, 410]);
  await sessions.sweep();
  expect((await tus.head(address)).status).toBe(404);
  expect(await waiting()).toBe(0);
  expect((await client.call('GET', '/object/b/a')).text).toContain('NoSuchKey');
});

test('abandoned uploads go with the next sweep; young ones stay, finished ones keep their objects', async () => {
  await tus.begin('abandoned', { length: 6, body: 'ab' });
  await tus.begin('finished', { length: 2, body: 'ab' });
  expect(await waiting()).toBe(3);
  pass(61);
  await tus.begin('new', { length: 6 });
  await sessions.sweep();
  expect(await waiting()).toBe(2);
  expect((await client.call('GET', '/object/b/finished')).text).toBe('ab');
});

test('a stack sweeps by itself', async () => {
  const own = (await startLocalStack({ resumableExpiryMs: 400 }))._unsafeUnwrap();
  const storage = createStorageClient(`${own.url}/storage/v1`, own.jwtSecret);
  await storage.makeBucket('b');
  const uploadsHere = createTusClient(storage, 'b');
  const address = uploadsHere.addressOf(await uploadsHere.create('a', { length: 6, body: 'ab' }));
  await until(async () => (await uploadsHere.head(address)).status === 404);
  await own.stop();
});

test('what a killed process left unfinished is removed by its age', async () => {
  pass(61);
  const [old, young] = ['00000000-0000-4000-8000-00000000000a', '00000000-0000-4000-8000-00000000000b'];
  const now = (Date.now() + passedMs) / 1000;
  for (const [version, at] of [
    [old, now - 3601],
    [young, now],
  ] as const) {
    await writeFile(path.join(uploads(), `${version}.tmp`), '{');
    await utimes(path.join(uploads(), `${version}.tmp`), at, at);
  }
  await sessions.sweep();
  expect(await readdir(uploads())).toEqual([`${young}.tmp`]);
});
