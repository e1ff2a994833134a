import './allow-node-20-line.js';
import { createHash, randomBytes, randomUUID } from 'node:crypto';
import { mkdtemp, readdir, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createTestCall, startFaultyProxy, type FaultyProxy, type TestCall } from '@hybrid-supabase/contract-tests';
import type { FileSource } from '@hybrid-supabase/core';
import type { LocalStack } from '@hybrid-supabase/local-stack';
import {
  createSupabaseLayer,
  sourceFromBytes,
  sourceFromFile,
  targetToBytes,
  type SupabaseLayer,
} from '../src/index.js';
import { startProject } from './start-project.js';
import { valueOf } from './value-of.js';

const MiB = 1024 * 1024;
const call = () => createTestCall();
const path = 'folder/large file.bin';
const bytes = randomBytes(20 * MiB + 5);
const isChunk = /resumable/;

let stack: LocalStack;
let proxy: FaultyProxy;
let folder = '';
let bucket = '';
let helper: SupabaseLayer;
const layers: SupabaseLayer[] = [];
beforeAll(async () => {
  stack = await startProject();
  proxy = await startFaultyProxy({ target: stack.url });
  helper = createSupabaseLayer({ url: stack.url, key: stack.serviceRoleKey });
}, 60_000);
afterAll(async () => {
  await helper.close();
  await proxy.close();
  await stack.stop();
});
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'hybrid-resumable-'));
  bucket = `bucket-${randomUUID()}`;
  valueOf(await helper.ports.buckets.create({ id: bucket }, call()));
});
afterEach(async () => {
  await proxy.heal();
  await Promise.all(layers.splice(0).map((layer) => layer.close()));
  await rm(folder, { recursive: true });
});

/** A layer of its own, as a process of its own would have: only the folder is shared. */
const newLayer = (): SupabaseLayer => {
  const layer = createSupabaseLayer({
    url: proxy.url,
    key: stack.serviceRoleKey,
    stateDirectory: join(folder, 'state'),
  });
  layers.push(layer);
  return layer;
};
const fileWith = async (content: Uint8Array): Promise<FileSource> => {
  await writeFile(join(folder, 'file'), content);
  return valueOf(await sourceFromFile(join(folder, 'file')));
};
const upload = (body: FileSource, more: { sha256?: string; upsert?: boolean; call?: TestCall } = {}) => {
  const { call: own = call(), ...options } = more;
  return newLayer().ports.files.upload({ bucket, path, body, ...options }, own);
};
const stored = async (): Promise<Buffer> => {
  const to = targetToBytes();
  valueOf(await helper.ports.files.download({ bucket, path, to }, call()));
  return Buffer.from(to.bytes() ?? []);
};
const sha256Of = (content: Uint8Array): string => createHash('sha256').update(content).digest('hex');
const chunksSent = (from: number): readonly string[] =>
  proxy
    .log()
    .slice(from)
    .filter((seen) => isChunk.test(seen.path) && seen.method !== 'HEAD')
    .map(({ method }) => method);
const leftOver = async (): Promise<readonly string[]> => readdir(join(folder, 'state'));

/** Ends the call when so many bytes were read, as a kill would. */
const stopsAfter = (source: FileSource, stopBytes: number, own: TestCall): FileSource => ({
  ...source,
  async *open(offset) {
    let position = offset;
    for await (const piece of source.open(offset)) {
      if (position > stopBytes) own.abort();
      position += piece.byteLength;
      yield piece;
    }
  },
});

test('goes up in chunks of 6 MiB and comes down byte-equal', async () => {
  const from = proxy.requests();
  const file = valueOf(await upload(await fileWith(bytes), { sha256: sha256Of(bytes) }));
  expect(file).toMatchObject({ bucket, path, sizeBytes: bytes.length, verified: 'size' });
  expect(chunksSent(from)).toEqual(['POST', 'PATCH', 'PATCH', 'PATCH']);
  expect((await stored()).equals(bytes)).toBe(true);
  expect(valueOf(await helper.ports.files.info({ bucket, path }, call()))).toMatchObject({
    id: file.id,
    metadata: { sha256: sha256Of(bytes) },
  });
  expect(await leftOver()).toEqual([]);
});

test('a later process goes on where an earlier one ended, with at most one chunk sent twice', async () => {
  const first = call();
  const source = await fileWith(bytes);
  const ended = await upload(stopsAfter(source, 14 * MiB, first), { sha256: sha256Of(bytes), call: first });
  expect(ended._unsafeUnwrapErr()).toMatchObject({ kind: 'cancelled', effect: 'none' });
  const from = proxy.requests();
  const second = call();
  valueOf(await upload(source, { sha256: sha256Of(bytes), call: second }));
  expect(second.notes.join()).toMatch(/went on with an unfinished upload after \d{7,} bytes/);
  expect(chunksSent(from).length).toBeLessThanOrEqual(3);
  expect((await stored()).equals(bytes)).toBe(true);
  expect(await leftOver()).toEqual([]);
});

test('a file that changed since starts over', async () => {
  const first = call();
  await upload(stopsAfter(await fileWith(bytes), 14 * MiB, first), { call: first });
  const changed = Buffer.concat([bytes, Buffer.from('more')]);
  const second = call();
  valueOf(await upload(await fileWith(changed), { call: second }));
  expect(second.notes).toEqual([]);
  expect((await stored()).equals(changed)).toBe(true);
});

test('an unfinished upload that is gone starts over', async () => {
  const first = call();
  const source = await fileWith(bytes);
  await upload(stopsAfter(source, 14 * MiB, first), { call: first });
  await proxy.break({ fault: 'status', status: 410, times: 1, method: 'HEAD' });
  const second = call();
  valueOf(await upload(source, { call: second }));
  expect(second.notes).toEqual(['the unfinished upload was gone; started over']);
  expect((await stored()).equals(bytes)).toBe(true);
});

test.each(['dies', 'diesBefore'] as const)(
  'a chunk whose connection %s is asked after and gone on with',
  async (fault) => {
    await proxy.break({ fault, times: 1, method: 'PATCH' });
    const own = call();
    valueOf(await upload(sourceFromBytes(bytes), { call: own }));
    expect(own.notes.join()).toMatch(/a chunk failed; went on after \d+ bytes/);
    expect((await stored()).equals(bytes)).toBe(true);
  },
);

test('a lost answer to the last chunk is found to have happened, also by a later process', async () => {
  const source = await fileWith(bytes.subarray(0, 7 * MiB));
  await proxy.break({ fault: 'dies', times: 1, method: 'PATCH' });
  await proxy.break({ fault: 'status', status: 503, times: 1, method: 'HEAD' });
  await proxy.break({ fault: 'status', status: 503, times: 1, method: 'GET' });
  const error = (await upload(source))._unsafeUnwrapErr();
  expect([error.kind, error.effect]).toEqual(['interrupted', 'unknown']);
  valueOf(await upload(source));
  expect((await stored()).byteLength).toBe(7 * MiB);
});

test('a lost answer to the last chunk is settled by the object, when the offset cannot be asked for', async () => {
  await proxy.break({ fault: 'dies', times: 1, method: 'PATCH' });
  await proxy.break({ fault: 'status', status: 503, times: 1, method: 'HEAD' });
  valueOf(await upload(await fileWith(bytes.subarray(0, 7 * MiB))));
  expect((await stored()).byteLength).toBe(7 * MiB);
});

test('an object that appears meanwhile is a conflict and stays as it is', async () => {
  const first = call();
  const source = await fileWith(bytes);
  await upload(stopsAfter(source, 14 * MiB, first), { call: first });
  valueOf(await helper.ports.files.upload({ bucket, path, body: sourceFromBytes(Buffer.from('theirs')) }, call()));
  const error = (await upload(source))._unsafeUnwrapErr();
  expect([error.kind, error.effect]).toEqual(['conflict', 'none']);
  expect((await stored()).toString()).toBe('theirs');
  expect(await leftOver()).toEqual([]);
  valueOf(await upload(source, { upsert: true }));
  expect((await stored()).equals(bytes)).toBe(true);
});

test.each([
  ['is shorter than it said', (source: FileSource) => ({ ...source, sizeBytes: source.sizeBytes + 1 }), {}],
  ['is longer than it said', (source: FileSource) => ({ ...source, sizeBytes: source.sizeBytes - 1 }), {}],
  ['does not have its checksum', (source: FileSource) => source, { sha256: '0'.repeat(64) }],
])('a source that %s leaves no object', async (_what, lie, more) => {
  const error = (await upload(lie(sourceFromBytes(bytes)), more))._unsafeUnwrapErr();
  expect([error.kind, error.effect]).toEqual(['invalid-request', 'none']);
  expect(valueOf(await helper.ports.files.list({ bucket }, call())).items).toEqual([]);
  expect(await leftOver()).toEqual([]);
});

test('a bucket that is not there, and one that is too small, refuse before anything is stored', async () => {
  const missing = await newLayer().ports.files.upload({ bucket: 'none', path, body: sourceFromBytes(bytes) }, call());
  valueOf(await helper.ports.buckets.update({ id: bucket, fileSizeLimit: MiB }, call()));
  const tooLarge = await upload(sourceFromBytes(bytes));
  expect([missing, tooLarge].map((each) => [each._unsafeUnwrapErr().kind, each._unsafeUnwrapErr().effect])).toEqual([
    ['not-found', 'none'],
    ['invalid-request', 'none'],
  ]);
});

test('two writers of one layer on one key go one after the other', async () => {
  const layer = newLayer();
  const both = [bytes, Buffer.from('small')].map((content) =>
    layer.ports.files.upload({ bucket, path, body: sourceFromBytes(content), upsert: true }, call()),
  );
  (await Promise.all(both)).forEach(valueOf);
  expect((await stored()).toString()).toBe('small');
});
