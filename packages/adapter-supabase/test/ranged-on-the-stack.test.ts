import './allow-node-20-line.js';
import { randomBytes, randomUUID } from 'node:crypto';
import { mkdtemp, readFile, readdir, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { createTestCall, startFaultyProxy, type FaultyProxy, type TestCall } from '@hybrid-supabase/contract-tests';
import type { LocalStack } from '@hybrid-supabase/local-stack';
import { createSupabaseLayer, sourceFromBytes, targetToFile, type SupabaseLayer } from '../src/index.js';
import { startProject } from './start-project.js';
import { valueOf } from './value-of.js';

const MiB = 1024 * 1024;
const call = () => createTestCall();
const path = 'large file.bin';
const bytes = randomBytes(40 * MiB + 7);

let stack: LocalStack;
let proxy: FaultyProxy;
let layer: SupabaseLayer;
let bucket = '';
let folder = '';
beforeAll(async () => {
  stack = await startProject();
  proxy = await startFaultyProxy({ target: stack.url, keepAlive: true });
  layer = createSupabaseLayer({ url: proxy.url, key: stack.serviceRoleKey });
}, 60_000);
afterAll(async () => {
  await layer.close();
  await proxy.close();
  await stack.stop();
});
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'hybrid-ranged-'));
  bucket = `bucket-${randomUUID()}`;
  valueOf(await layer.ports.buckets.create({ id: bucket }, call()));
  await upload(bytes);
});
afterEach(async () => {
  await proxy.heal();
  await rm(folder, { recursive: true });
});

const upload = async (content: Uint8Array): Promise<void> => {
  const body = sourceFromBytes(content);
  valueOf(await layer.ports.files.upload({ bucket, path, body, upsert: true }, call()));
};
const file = (): string => join(folder, 'copy');
const download = (own: TestCall = call()) =>
  layer.ports.files.download({ bucket, path, to: targetToFile(file()) }, own);

/** Gives up after so many pieces, as a kill would. */
const stoppingCall = (pieces: number): TestCall => {
  const own = call();
  let left = pieces;
  return Object.assign(Object.create(own) as TestCall, {
    progressed: () => {
      own.progressed();
      if ((left -= 1) === 0) own.abort();
    },
  });
};
const interrupt = async (): Promise<void> => {
  const error = (await download(stoppingCall(250)))._unsafeUnwrapErr();
  // A caller who gave up does not wait for the files to be closed.
  while ((await readdir(folder)).includes('copy.part.lock')) await pause(10);
  expect([error.kind, await readdir(folder)]).toEqual(['cancelled', ['copy.part', 'copy.part.log']]);
};

test('comes in several ranges, byte-equal and verified, and leaves only the file', async () => {
  const from = proxy.requests(/large/);
  expect(valueOf(await download())).toMatchObject({ sizeBytes: bytes.length, verified: 'checksum' });
  expect(proxy.requests(/large/) - from).toBeGreaterThan(2);
  expect((await readFile(file())).equals(bytes)).toBe(true);
  expect(await readdir(folder)).toEqual(['copy']);
});

test('goes on where an earlier download ended', async () => {
  await interrupt();
  const own = call();
  valueOf(await download(own));
  expect(own.notes.join()).toMatch(/went on with a download that had \d{6,} bytes/);
  expect((await readFile(file())).equals(bytes)).toBe(true);
  expect(await readdir(folder)).toEqual(['copy']);
});

test('starts over when the object was replaced since', async () => {
  await interrupt();
  const other = randomBytes(30 * MiB);
  await upload(other);
  const own = call();
  valueOf(await download(own));
  expect(own.notes).toEqual([]);
  expect((await readFile(file())).equals(other)).toBe(true);
});

test('bytes that were damaged meanwhile are found and thrown away', async () => {
  await interrupt();
  const log = await readFile(`${file()}.part.log`, 'utf8');
  await writeFile(`${file()}.part`, Buffer.alloc(bytes.length));
  const error = (await download())._unsafeUnwrapErr();
  expect([error.kind, error.code, await readdir(folder)]).toEqual(['interrupted', 'ChecksumDiffers', []]);
  expect(log).toMatch(/^\{.*\}\n(\d+ \d+\n)+$/);
  valueOf(await download());
  expect((await readFile(file())).equals(bytes)).toBe(true);
});

test('a part that never comes does not end the rest: the download goes on later', async () => {
  await proxy.break({ fault: 'delay', delayMs: 0, times: 1, path: /object\/bucket/ });
  await proxy.break({ fault: 'status', status: 503, times: 1, path: /object\/bucket/ });
  const before = proxy.requests(/object\/bucket/);
  expect((await download())._unsafeUnwrapErr()).toMatchObject({ kind: 'unavailable' });
  expect(proxy.requests(/object\/bucket/) - before).toBeGreaterThan(2);
  const own = call();
  valueOf(await download(own));
  expect(own.notes[0]).toMatch(/^went on with a download that had \d+ bytes$/);
  expect((await readFile(file())).equals(bytes)).toBe(true);
});

test('a service that gives no ranges still gives the whole', async () => {
  const noRanges = createSupabaseLayer({
    url: stack.url,
    key: stack.serviceRoleKey,
    fetch: (input, init) => {
      const headers = new Headers(init?.headers);
      headers.delete('range');
      return fetch(input, { ...init, headers });
    },
  });
  valueOf(await noRanges.ports.files.download({ bucket, path, to: targetToFile(file()) }, call()));
  await noRanges.close();
  expect((await readFile(file())).equals(bytes)).toBe(true);
});
