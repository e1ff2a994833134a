import './allow-node-20-line.js';
import { mkdtemp, readdir, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createTestCall } from '@hybrid-supabase/contract-tests';
import type { FileSource } from '@hybrid-supabase/core';
import { createSupabaseLayer, sourceFromBytes, sourceFromStream } from '../src/index.js';
import { json, scriptedFetch, type Answer } from './scripted-fetch.js';
import { testKey } from './test-key.js';
import { valueOf } from './value-of.js';

const chunkBytes = 6 * 1024 * 1024;
const place = { bucket: 'b', path: 'p' };
const bytes = Buffer.alloc(2 * chunkBytes + 1);
const body: FileSource = { ...sourceFromBytes(bytes), identity: 'the same in every process' };
const id = Buffer.from('b/p/version-1').toString('base64url');
const time = '2026-11-22T20:00:00.000Z';
const at = (offset: number | string, status = 204) =>
  new Response(null, { status, headers: { 'upload-offset': `${offset}` } });
const created = (location = `https://abc.supabase.co/storage/v1/upload/resumable/${id}`, offset = chunkBytes) =>
  new Response(null, { status: 201, headers: { location, 'upload-offset': `${offset}` } });
const object =
  (version: string): Answer =>
  () =>
    json({ id: '1', size: bytes.length, version, created_at: time, metadata: {} });
const missing: Answer = () => json({ statusCode: '404', code: 'NoSuchKey', message: '' }, { status: 400 });
const appended: Answer = ({ headers }) =>
  at(Number(headers.get('upload-offset')) + Number(headers.get('content-length')));
const service: Readonly<Record<string, Answer>> = {
  'POST /upload/resumable': () => created(),
  'PATCH /upload/resumable': appended,
  'HEAD /upload/resumable': () => at(chunkBytes, 200),
  'GET /object/info': object('version-1'),
  'DELETE /upload/resumable': () => at(0),
};

let state: string;
beforeEach(async () => {
  state = await mkdtemp(join(tmpdir(), 'hybrid-resumable-edge-'));
});
afterEach(() => rm(state, { recursive: true }));
const uploadOver = async (answers: Readonly<Record<string, Answer>>, source: Parameters<typeof send>[1] = body) => {
  const wire = scriptedFetch({ ...service, ...answers });
  const options = { url: 'https://abc.supabase.co', key: testKey({ role: 'service_role' }), stateDirectory: state };
  const layer = createSupabaseLayer({ ...options, fetch: wire.fetch });
  const call = createTestCall();
  const result = await send(layer, source, call);
  return { result, call, seen: wire.seen.map(({ method, path }) => `${method} ${path.split('/')[1]}`), wire };
};
const send = (
  layer: ReturnType<typeof createSupabaseLayer>,
  source: FileSource | ReturnType<typeof sourceFromStream>,
  call = createTestCall(),
) => layer.ports.files.upload({ ...place, body: source, upsert: true }, call);
/** Leaves the position of an upload whose process was killed. */
const kill = async (): Promise<void> => {
  await uploadOver({ 'PATCH /upload/resumable': () => new Response('', { status: 503 }) });
  expect(await readdir(state)).toHaveLength(1);
};

describe('an upload that was finished by a process killed before it could say so', () => {
  test('is done, and nothing is sent again', async () => {
    await kill();
    const { result, seen } = await uploadOver({ 'HEAD /upload/resumable': () => at(bytes.length, 200) });
    expect(valueOf(result)).toMatchObject({ id: '1', sizeBytes: bytes.length });
    expect(seen.filter((each) => !/^(HEAD|GET)/.test(each))).toEqual([]);
    expect(await readdir(state)).toEqual([]);
  });

  test.each([
    ['removed', missing],
    ['replaced', object('version-2')],
  ])('and whose object was %s since is sent anew', async (_what, seenBefore) => {
    await kill();
    let isNew = false;
    const { result, seen } = await uploadOver({
      'HEAD /upload/resumable': () => at(bytes.length, 200),
      'POST /upload/resumable': () => ((isNew = true), created()),
      'GET /object/info': (request) => (isNew ? object('version-1')(request) : seenBefore(request)),
    });
    valueOf(result);
    expect(seen.filter((each) => !/^(HEAD|GET)/.test(each))).toEqual(['POST upload', 'PATCH upload', 'PATCH upload']);
  });
});

describe('a service that says it has', () => {
  test.each([
    ['no more than before', (offset: number) => offset],
    ['less than before', (offset: number) => offset - 1],
    ['more than was sent', (offset: number) => offset + 2 * chunkBytes],
  ])('%s ends the upload after one look and one more try', async (_what, told) => {
    const { result, seen } = await uploadOver({
      'PATCH /upload/resumable': ({ headers }) => at(told(Number(headers.get('upload-offset')))),
    });
    expect(result._unsafeUnwrapErr()).toMatchObject({ kind: 'invalid-reply', effect: 'none' });
    expect(seen).toEqual(['POST upload', 'PATCH upload', 'HEAD upload', 'PATCH upload']);
  });

  test('more at the start than was sent is not believed', async () => {
    const { result } = await uploadOver({ 'POST /upload/resumable': () => created(undefined, bytes.length) });
    expect(result._unsafeUnwrapErr()).toMatchObject({ kind: 'invalid-reply', effect: 'none' });
  });
});

test.each([
  ['the creation', 'POST /upload/resumable'],
  ['a chunk', 'PATCH /upload/resumable'],
])('push-back on %s says how long to wait', async (_what, route) => {
  for (const source of [body, sourceFromStream(new Blob([bytes]).stream(), { replayBytes: 100 * chunkBytes })]) {
    const { result } = await uploadOver(
      { [route]: () => new Response('', { status: 429, headers: { 'retry-after': '7' } }) },
      source,
    );
    expect(result._unsafeUnwrapErr()).toMatchObject({ kind: 'rate-limited', effect: 'none', retryAfterMs: 7000 });
  }
});

test('a lock that was lost is asked after and gone on with', async () => {
  let locked = 0;
  const { result, call } = await uploadOver({
    'PATCH /upload/resumable': (request) =>
      (locked += 1) === 1 ? new Response('locked', { status: 423 }) : appended(request),
  });
  valueOf(result);
  expect(call.notes).toEqual([`a chunk failed; went on after ${chunkBytes} bytes`]);
});

test('an address of another origin gets no request and no key', async () => {
  const { result, wire } = await uploadOver({
    'POST /upload/resumable': () => created(`https://thief.example.com/x/${id}`),
  });
  valueOf(result);
  expect(new Set(wire.origins)).toEqual(new Set(['https://abc.supabase.co']));
});

test('a source that cannot be read for a moment keeps what was sent', async () => {
  const failing: FileSource = {
    ...body,
    async *open(offset) {
      yield bytes.subarray(offset, chunkBytes + 5);
      throw Object.assign(new Error('too many open files'), { code: 'EMFILE' });
    },
  };
  const first = await uploadOver({}, failing);
  expect(first.result._unsafeUnwrapErr()).toMatchObject({ kind: 'invalid-request', effect: 'none' });
  const second = await uploadOver({});
  valueOf(second.result);
  expect(second.seen).toEqual(['HEAD upload', 'PATCH upload', 'PATCH upload', 'GET object']);
});
