import './allow-node-20-line.js';
import { createTestCall } from '@hybrid-supabase/contract-tests';
import type { FileSource, UnmeasuredSource } from '@hybrid-supabase/core';
import { createSupabaseLayer, sourceFromBytes, sourceFromStream } from '../src/index.js';
import { json, scriptedFetch, type Answer } from './scripted-fetch.js';
import { testKey } from './test-key.js';

const layerOver = (answers: Readonly<Record<string, Answer>>) => {
  const wire = scriptedFetch(answers);
  const key = testKey({ role: 'service_role' });
  return { ...wire, layer: createSupabaseLayer({ url: 'https://abc.supabase.co', key, fetch: wire.fetch }) };
};
const place = { bucket: 'b', path: 'p' };
const turns = async (count: number): Promise<void> => {
  for (let turn = 0; turn < count; turn += 1) await new Promise((resolve) => setImmediate(resolve));
};
const broken = (code: string, syscall: string) => (): never => {
  throw new TypeError('fetch failed', { cause: Object.assign(new Error(code), { code, syscall }) });
};

describe('what is said to have had no effect never happens later', () => {
  test('an upload given up while it waited for an earlier one of its key', async () => {
    let release = (): void => undefined;
    const first = new Promise<Response>((resolve) => (release = () => resolve(json({ Id: '1', Key: 'b/p' }))));
    const { layer, seen } = layerOver({ 'POST /object/b/p': () => first });
    const body = sourceFromBytes(Buffer.from('x'));
    const running = layer.ports.files.upload({ ...place, body }, createTestCall());
    const call = createTestCall();
    const waiting = layer.ports.files.upload({ ...place, body, upsert: true }, call);
    while (seen.length === 0) await turns(1);
    call.abort();
    expect((await waiting)._unsafeUnwrapErr()).toMatchObject({ kind: 'cancelled', effect: 'none' });
    release();
    expect((await running).isOk()).toBe(true);
    await turns(20);
    expect(seen).toHaveLength(1);
  });

  test('an upload given up while its source was read', async () => {
    let release = (): void => undefined;
    const ready = new Promise<void>((resolve) => (release = resolve));
    const { layer, seen } = layerOver({ 'POST /object/b/p': () => json({ Id: '1', Key: 'b/p' }) });
    const body: FileSource = {
      sizeBytes: 1,
      async *open() {
        await ready;
        yield Buffer.from('x');
      },
    };
    const call = createTestCall();
    const answer = layer.ports.files.upload({ ...place, body }, call);
    await turns(2);
    call.expire();
    expect((await answer)._unsafeUnwrapErr()).toMatchObject({ kind: 'timed-out', effect: 'none' });
    release();
    await turns(20);
    expect(seen).toEqual([]);
  });
});

test.each(['EHOSTUNREACH', 'ENETUNREACH'])(
  'a host that gets out of reach (%s) under a connection proves nothing',
  async (code) => {
    const { layer } = layerOver({ 'POST /bucket': broken(code, 'read') });
    const error = (await layer.ports.buckets.create({ id: 'b' }, createTestCall()))._unsafeUnwrapErr();
    expect(error).toMatchObject({ kind: 'interrupted', effect: 'unknown' });
  },
);

describe.each([408, 499, 500, 502, 503, 504, 520, 524])('a gateway that answers %d', (status) => {
  test('proves nothing', async () => {
    const { layer } = layerOver({ POST: () => new Response('<html>', { status }) });
    for (const answer of [
      await layer.ports.buckets.create({ id: 'b' }, createTestCall()),
      await layer.ports.files.upload({ ...place, body: sourceFromBytes(Buffer.from('x')) }, createTestCall()),
      await layer.ports.sql.write({ text: 'delete from t', values: [] }, createTestCall()),
    ])
      expect(answer._unsafeUnwrapErr().effect).toBe('unknown');
  });
});

describe('a resumable upload whose last answer was lost', () => {
  const chunkBytes = 6 * 1024 * 1024;
  const id = Buffer.from('b/p/version-1').toString('base64url');
  const time = '2026-11-22T20:00:00.000Z';
  const object =
    (version: string): Answer =>
    () =>
      json({
        id: '1',
        size: chunkBytes + 1,
        version,
        created_at: time,
        last_modified: time,
        etag: '"x"',
        metadata: {},
      });
  const at = (offset: number, status = 204) =>
    new Response(null, { status, headers: { 'upload-offset': `${offset}` } });
  const missing: Answer = () => json({ statusCode: '404', code: 'NoSuchKey', message: '' }, { status: 400 });

  const measured = (bytes: Uint8Array): FileSource | UnmeasuredSource => sourceFromBytes(bytes);
  const unmeasured = (bytes: Uint8Array): UnmeasuredSource => sourceFromStream(new Blob([bytes]).stream());

  const uploadWith = async (second: Answer, info: Answer, source = measured) => {
    let chunks = 0;
    const { layer } = layerOver({
      'POST /upload/resumable': () =>
        new Response(null, {
          status: 201,
          headers: { location: `https://abc.supabase.co/x/${id}`, 'upload-offset': `${chunkBytes}` },
        }),
      'PATCH /upload/resumable': (request) => (++chunks === 1 ? broken('ECONNRESET', 'read')() : second(request)),
      'HEAD /upload/resumable': () => at(chunkBytes, 200),
      'GET /object/info': info,
      'DELETE /upload/resumable': () => at(0),
    });
    const body = source(Buffer.alloc(chunkBytes + 1));
    return layer.ports.files.upload({ ...place, body }, createTestCall());
  };
  const exists: Answer = () => new Response('The resource already exists', { status: 409 });

  test.each<[string, Answer]>([
    ['a conflict', exists],
    ['a refused connection', broken('ECONNREFUSED', 'connect')],
    ['a denial', () => new Response('denied', { status: 403 })],
    ['a forgotten upload', () => new Response('gone', { status: 410 })],
    ['a push-back', () => new Response('', { status: 429 })],
  ])('may have had its effect, whatever came after it: %s', async (_what, second) => {
    expect((await uploadWith(second, object('version-2')))._unsafeUnwrapErr().effect).toBe('unknown');
    expect((await uploadWith(second, missing))._unsafeUnwrapErr().effect).toBe('unknown');
    expect((await uploadWith(second, missing, unmeasured))._unsafeUnwrapErr().effect).toBe('unknown');
  });

  test('is done when the object is the one it made', async () => {
    expect((await uploadWith(exists, object('version-1')))._unsafeUnwrap()).toMatchObject({ id: '1' });
  });
});
