import './allow-node-20-line.js';
import { mkdtemp, readdir, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createTestCall } from '@hybrid-supabase/contract-tests';
import type { FileSource, UnmeasuredSource } from '@hybrid-supabase/core';
import { createSupabaseLayer, sourceFromBytes, sourceFromStream } from '../src/index.js';
import { json, scriptedFetch, type Answer } from './scripted-fetch.js';
import { testKey } from './test-key.js';
import { valueOf } from './value-of.js';

const place = { bucket: 'b', path: 'p' };
const small = sourceFromBytes(Buffer.from('x'));
const large = sourceFromBytes(Buffer.alloc(6 * 1024 * 1024 + 1));
const id = Buffer.from('b/p/1').toString('base64url');
const time = '2026-11-22T20:00:00.000Z';
const at = (offset: number, status: number) =>
  new Response(null, { status, headers: { 'upload-offset': `${offset}`, location: `https://abc.supabase.co/${id}` } });
const info = { id: '1', size: large.sizeBytes, version: '1', created_at: time, metadata: {} };
const service: Readonly<Record<string, Answer>> = {
  'POST /object/b/': () => json({ Id: '1', Key: 'b/p' }),
  'POST /upload/resumable': () => at(6 * 1024 * 1024, 201),
  'PATCH /upload/resumable': () => at(large.sizeBytes, 204),
  'GET /object/info': () => json(info),
};

let state: string;
beforeEach(async () => {
  state = await mkdtemp(join(tmpdir(), 'hybrid-writers-'));
});
afterEach(() => rm(state, { recursive: true }));
const layerOver = (answers: Readonly<Record<string, Answer>> = service) => {
  const wire = scriptedFetch(answers);
  const options = { url: 'https://abc.supabase.co', key: testKey({ role: 'service_role' }), stateDirectory: state };
  return { ...wire, files: createSupabaseLayer({ ...options, fetch: wire.fetch }).ports.files };
};

const stuck = (): AsyncIterable<Uint8Array> => ({
  [Symbol.asyncIterator]: () => ({
    next: () => new Promise(() => undefined),
    return: () => new Promise(() => undefined),
  }),
});
const stuckSources: readonly (readonly [string, FileSource | UnmeasuredSource])[] = [
  ['of few bytes', { sizeBytes: 5, open: stuck }],
  ['of many bytes', { sizeBytes: large.sizeBytes, open: stuck }],
  ['of an unknown number of bytes', sourceFromStream(stuck())],
];
test.each(stuckSources)(
  'a source %s that gives none ends with its call and keeps nobody from the key',
  async (_of, body) => {
    const { files } = layerOver();
    const call = createTestCall();
    const waiting = files.upload({ ...place, body }, call);
    await new Promise((resolve) => setImmediate(resolve));
    call.expire();
    expect((await waiting)._unsafeUnwrapErr()).toMatchObject({ kind: 'timed-out', effect: 'none' });
    valueOf(await files.upload({ ...place, body: small }, createTestCall()));
    expect(await readdir(state)).toEqual([]);
  },
  5000,
);

test('a source that fails when it is closed changes no outcome and keeps nobody from the key', async () => {
  const body: FileSource = {
    sizeBytes: large.sizeBytes,
    open: (offset) => {
      const iterator = large.open(offset)[Symbol.asyncIterator]();
      return {
        [Symbol.asyncIterator]: () => ({
          next: () => iterator.next(),
          return: () => Promise.reject(new Error('closing')),
        }),
      };
    },
  };
  const { files } = layerOver();
  for (const _time of [1, 2]) valueOf(await files.upload({ ...place, body }, createTestCall()));
  expect(await readdir(state)).toEqual([]);
});

test.each([
  ['small', small, 'POST /object/b/'],
  ['large', large, 'PATCH /upload/resumable'],
])('while a %s upload is under way no other process writes the same key', async (_size, body, route) => {
  let go = (): void => undefined;
  const gate = new Promise<void>((resolve) => (go = resolve));
  const answer: Answer = async (request) => {
    await gate;
    return service[route]?.(request) ?? at(0, 500);
  };
  const first = layerOver({ ...service, [route]: answer });
  const running = first.files.upload({ ...place, body }, createTestCall());
  while (!first.seen.some(({ method, path }) => `${method} ${path}`.startsWith(route)))
    await new Promise((resolve) => setImmediate(resolve));
  const second = layerOver();
  for (const other of [small, large, sourceFromStream(new Blob(['x']).stream())])
    expect(
      (await second.files.upload({ ...place, body: other, upsert: true }, createTestCall()))._unsafeUnwrapErr(),
    ).toMatchObject({ kind: 'unavailable', effect: 'none', code: 'UploadUnderWay' });
  expect(second.seen).toEqual([]);
  valueOf(await second.files.upload({ ...place, path: 'other', body: small }, createTestCall()));
  go();
  valueOf(await running);
  valueOf(await second.files.upload({ ...place, body: small }, createTestCall()));
  expect(await readdir(state)).toEqual([]);
});
