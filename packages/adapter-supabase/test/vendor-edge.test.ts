import './allow-node-20-line.js';
import { Writable } from 'node:stream';
import { createTestCall } from '@hybrid-supabase/contract-tests';
import type { FileTarget } from '@hybrid-supabase/core';
import { ok } from 'neverthrow';
import { createSupabaseLayer, sourceFromBytes, targetToBytes, targetToStream } from '../src/index.js';
import { json, scriptedFetch, type Answer } from './scripted-fetch.js';
import { testKey } from './test-key.js';

const key = testKey({ role: 'service_role' });
const sleeps: number[] = [];
const layerOver = (answers: Readonly<Record<string, Answer>>) => {
  const wire = scriptedFetch(answers);
  const sleep = async (ms: number) => void sleeps.push(ms);
  return { ...wire, layer: createSupabaseLayer({ url: 'https://abc.supabase.co', key, fetch: wire.fetch, sleep }) };
};
const never = (): Promise<Response> => new Promise(() => undefined);
const time = '2026-11-22T20:00:00.000Z';
const info = {
  id: '1',
  size: 5,
  content_type: 'text/plain',
  etag: '"one"',
  created_at: time,
  last_modified: time,
  metadata: {},
};
const place = { bucket: 'b', path: 'p' };

describe('the layer', () => {
  test.each([
    ['url', { url: 'nowhere', key }],
    ['key', { url: 'https://abc.supabase.co', key: `${key}\n` }],
  ])('throws at once when `%s` is wrong, and does not show the key', (option, options) => {
    const make = () => createSupabaseLayer(options);
    expect(make).toThrow(`\`${option}\``);
    expect(make).not.toThrow(key.slice(0, 20));
  });

  test.each([
    [{ key }, 'service_role'],
    [{ key: testKey({ role: 'anon' }) }, 'anon'],
    [{ key: 'sb_publishable_x' }, 'anon'],
    [{ key: 'sb_secret_x' }, 'service_role'],
    [{ key: 'unknown' }, 'service_role'],
    [{ key, role: 'authenticated' as const }, 'authenticated'],
  ])('has the authority its key says', (options, role) => {
    const { authority } = createSupabaseLayer({ url: 'https://abc.supabase.co', ...options });
    expect(authority).toEqual({ role, readOnly: false });
  });

  test.each([
    ['https://abc.supabase.co', {}, true],
    ['https://abc.supabase.co.example.com', {}, false],
    ['https://files.example.com', {}, false],
    ['https://files.example.com', { cdn: true }, true],
    ['https://abc.supabase.co', { cdn: false }, false],
  ])('at %s with %j asks a CDN to forget: %s', async (url, option, asks) => {
    const wire = scriptedFetch({ 'DELETE /cdn/b/p': () => json({ message: 'success' }) });
    const layer = createSupabaseLayer({ url, key, fetch: wire.fetch, ...option });
    const purged = await layer.ports.files.purge(place, createTestCall());
    expect([purged.isOk(), wire.seen.length]).toEqual(asks ? [true, 1] : [false, 0]);
    expect(layer.lacks['files.purge'] === undefined).toBe(asks);
    if (purged.isOk()) return;
    expect(purged.error).toMatchObject({ kind: 'unsupported', effect: 'none', message: layer.lacks['files.purge'] });
    expect(purged.error.message).toContain('`cdn: true`');
  });
});

describe('the wire', () => {
  test('carries the key and the trace of the caller', async () => {
    const { layer, seen } = layerOver({ 'GET /bucket': () => json([]) });
    await layer.ports.buckets.list({}, createTestCall({ traceparent: '00-1-2-01' }));
    expect(seen).toHaveLength(1);
    const headers = seen[0]?.headers;
    expect([headers?.get('traceparent'), headers?.get('authorization'), headers?.get('apikey')]).toEqual([
      '00-1-2-01',
      `Bearer ${key}`,
      key,
    ]);
  });

  test.each(['sql', 'buckets', 'files'] as const)('takes the signal to the network for %s', async (port) => {
    const { layer, seen } = layerOver({ GET: never, POST: never });
    const call = createTestCall();
    const pending = {
      sql: () => layer.ports.sql.write({ text: 'delete from t', values: [] }, call),
      buckets: () => layer.ports.buckets.create({ id: 'b' }, call),
      files: () => layer.ports.files.info(place, call),
    }[port]();
    while (seen.length === 0) await new Promise((resolve) => setImmediate(resolve));
    expect(seen[0]?.signal?.aborted).toBe(false);
    call.abort();
    expect((await pending)._unsafeUnwrapErr()).toMatchObject({ kind: 'cancelled', effect: 'unknown' });
    expect(seen[0]?.signal?.aborted).toBe(true);
  });

  test('stops waiting even for a network that ignores the signal', async () => {
    const { layer, seen } = layerOver({ POST: never });
    const call = createTestCall();
    const pending = layer.ports.buckets.create({ id: 'b' }, call);
    while (seen.length === 0) await new Promise((resolve) => setImmediate(resolve));
    call.expire();
    expect((await pending)._unsafeUnwrapErr()).toMatchObject({ kind: 'timed-out', effect: 'unknown' });
  });

  test('keeps calls apart that run at the same time', async () => {
    const { layer, seen } = layerOver({
      'GET /object/info/b/7': never,
      'GET /object/info/b/': ({ path }) => json({ ...info, metadata: { mine: path } }),
    });
    const calls = Array.from({ length: 20 }, () => createTestCall());
    const pending = calls.map((call, at) => layer.ports.files.info({ bucket: 'b', path: String(at) }, call));
    while (seen.length < calls.length) await new Promise((resolve) => setImmediate(resolve));
    calls[7]?.abort();
    const mine = (await Promise.all(pending)).map((result) =>
      result.match(
        ({ metadata }) => metadata['mine'],
        ({ kind }) => kind,
      ),
    );
    expect(mine).toEqual(calls.map((_call, at) => (at === 7 ? 'cancelled' : `/object/info/b/${at}`)));
    expect(seen.filter(({ signal }) => signal?.aborted).map(({ path }) => path)).toEqual(['/object/info/b/7']);
  });

  test('ends what is under way when the layer closes', async () => {
    const { layer, seen } = layerOver({ POST: never });
    const pending = layer.ports.buckets.create({ id: 'b' }, createTestCall());
    while (seen.length === 0) await new Promise((resolve) => setImmediate(resolve));
    await layer.close();
    expect((await pending)._unsafeUnwrapErr()).toMatchObject({ kind: 'unavailable', effect: 'unknown' });
    expect(seen[0]?.signal?.aborted).toBe(true);
  });

  const cut = (): Response =>
    new Response(
      new ReadableStream({
        start: (controller) => controller.enqueue(Buffer.from('{"half')),
        pull: (controller) =>
          controller.error(Object.assign(new Error('other side closed'), { code: 'UND_ERR_SOCKET' })),
      }),
    );
  const boom = (): never => {
    throw new Error('boom');
  };
  const answers: readonly (readonly [string, Answer, object])[] = [
    ['a page instead of JSON', () => new Response('<html>'), { kind: 'invalid-reply', effect: 'unknown' }],
    ['JSON of another shape', () => json('hello'), { kind: 'invalid-reply', effect: 'unknown' }],
    ['a body cut short', cut, { kind: 'interrupted', effect: 'unknown' }],
    ['a network that throws something', boom, { kind: 'interrupted', effect: 'unknown' }],
    ['a page of a gateway', () => new Response('<html>', { status: 502 }), { kind: 'unavailable', effect: 'unknown' }],
    [
      'push-back in seconds',
      () => new Response('', { status: 429, headers: { 'retry-after': '7' } }),
      { kind: 'rate-limited', effect: 'none', retryAfterMs: 7000 },
    ],
  ];
  test.each(answers)('makes an error of %s', async (_what, answer, expected) => {
    const { layer } = layerOver({ 'GET /bucket': answer, POST: answer });
    expect((await layer.ports.buckets.list({}, createTestCall()))._unsafeUnwrapErr()).toMatchObject(expected);
    const written = await layer.ports.sql.write({ text: 'delete from t', values: [] }, createTestCall());
    expect(written._unsafeUnwrapErr()).toMatchObject(expected);
  });
});

describe('emptying a bucket', () => {
  test('looks, with growing pauses, until nothing is left', async () => {
    let left = 3;
    sleeps.length = 0;
    const { layer } = layerOver({
      'POST /bucket/b/empty': () => json({ message: 'queued' }),
      'POST /object/list-v2/b': () => json({ hasNext: false, folders: [], objects: left-- > 0 ? [{}] : [] }),
    });
    const call = createTestCall();
    expect((await layer.ports.buckets.empty({ id: 'b' }, call)).isOk()).toBe(true);
    expect(sleeps).toEqual([100, 200, 400]);
    expect(call.notes).toHaveLength(3);
  });

  test('ends with the deadline, and says that the work goes on', async () => {
    const call = createTestCall();
    let looks = 0;
    const { layer } = layerOver({
      'POST /bucket/b/empty': () => json({ message: 'queued' }),
      'POST /object/list-v2/b': () => {
        looks += 1;
        if (looks === 3) call.expire();
        return json({ hasNext: false, folders: [], objects: [{}] });
      },
    });
    const error = (await layer.ports.buckets.empty({ id: 'b' }, call))._unsafeUnwrapErr();
    expect(error).toMatchObject({ kind: 'timed-out', effect: 'unknown' });
    await new Promise((resolve) => setImmediate(resolve));
    expect(looks).toBe(3);
  });
});

describe('an upload', () => {
  test('sends type, size, caching and metadata in one request', async () => {
    const { layer, seen } = layerOver({
      'POST /object/b/p': () => json({ Id: '1', Key: 'b/p' }),
    });
    const sha256 = '2cf24dba5fb0a30e26e83b2ac5b9e29e1b161e5c1fa7425e73043362938b9824';
    const input = {
      ...place,
      body: sourceFromBytes(Buffer.from('hello')),
      cacheSeconds: 60,
      upsert: true,
      metadata: { my_name: 'ä' },
      sha256,
    };
    expect((await layer.ports.files.upload(input, createTestCall())).isOk()).toBe(true);
    const headers = seen[0]?.headers;
    expect(['content-type', 'content-length', 'cache-control', 'x-upsert'].map((name) => headers?.get(name))).toEqual([
      'application/octet-stream',
      '5',
      'max-age=60',
      'true',
    ]);
    expect(JSON.parse(Buffer.from(headers?.get('x-metadata') ?? '', 'base64').toString())).toEqual({
      my_name: 'ä',
      sha256,
    });
  });

  test.each([
    ['in one piece', 5],
    ['as a stream', 3_000_000],
  ])('sent %s says what was stored and how that was verified', async (_how, sizeBytes) => {
    const { layer } = layerOver({ 'POST /object/b/p': () => json({ Id: '1', Key: 'b/p' }) });
    const body = sourceFromBytes(Buffer.alloc(sizeBytes));
    expect((await layer.ports.files.upload({ ...place, body }, createTestCall()))._unsafeUnwrap()).toEqual({
      ...place,
      id: '1',
      sizeBytes,
      contentType: 'application/octet-stream',
      verified: 'size',
    });
  });

  test('whose source cannot be read sends nothing', async () => {
    const { layer, seen } = layerOver({});
    const failing = (): AsyncIterable<Uint8Array> => ({
      [Symbol.asyncIterator]: () => ({ next: () => Promise.reject(new Error('disk')) }),
    });
    const body = { sizeBytes: 5, open: failing };
    const error = (await layer.ports.files.upload({ ...place, body }, createTestCall()))._unsafeUnwrapErr();
    expect([error.kind, error.effect, seen]).toEqual(['invalid-request', 'none', []]);
  });

  test.each([
    ['a size that is none', { body: { ...sourceFromBytes(Buffer.alloc(0)), sizeBytes: -1 } }],
    ['a content type that is none', { contentType: 'text\r\nx: y' }],
    ['caching for half a second', { cacheSeconds: 0.5 }],
    ['a checksum of another kind', { sha256: 'ABC' }],
    ['metadata that no header can carry', { metadata: { long: 'x'.repeat(9000) } }],
    ['metadata that is no JSON', { metadata: { big: 1n } }],
  ])('with %s is refused and nothing is sent', async (_what, wrong) => {
    const { layer, seen } = layerOver({});
    const result = await layer.ports.files.upload(
      { ...place, body: sourceFromBytes(Buffer.from('x')), ...wrong },
      createTestCall(),
    );
    expect(result._unsafeUnwrapErr()).toMatchObject({ kind: 'invalid-request', effect: 'none' });
    expect(seen).toEqual([]);
  });
});

describe('a download', () => {
  const body =
    (text: string, headers: Record<string, string> = {}) =>
    () =>
      new Response(text, { headers });
  const download = async (answers: Readonly<Record<string, Answer>>, to: FileTarget) =>
    layerOver({ 'GET /object/info': () => json(info), ...answers }).layer.ports.files.download(
      { ...place, to },
      createTestCall(),
    );

  const md5 = '5d41402abc4b2a76b9719d911017c592';
  test('whose tag is the checksum takes one request and is verified by it', async () => {
    const { layer, seen } = layerOver({
      'GET /object/b/p': body('hello', { etag: `"${md5}"`, 'content-length': '5' }),
    });
    const to = targetToBytes();
    const received = (await layer.ports.files.download({ ...place, to }, createTestCall()))._unsafeUnwrap();
    expect(received).toMatchObject({ ...place, sizeBytes: 5, etag: `"${md5}"`, verified: 'checksum' });
    expect(seen).toHaveLength(1);
  });

  test('whose bytes do not have the checksum in the tag is discarded', async () => {
    const target = targetToBytes();
    const answer = body('hallo', { etag: `"${md5}"`, 'content-length': '5' });
    const error = (await download({ 'GET /object/b/p': answer }, target))._unsafeUnwrapErr();
    expect([error.kind, error.code, target.bytes()]).toEqual(['interrupted', 'ChecksumDiffers', undefined]);
  });

  test('asks for the details when the answer was compressed on the way', async () => {
    const headers = { etag: 'W/"one"', 'content-encoding': 'gzip', 'content-length': '3' };
    const received = (await download({ 'GET /object/b/p': body('hello', headers) }, targetToBytes()))._unsafeUnwrap();
    expect(received).toMatchObject({ sizeBytes: 5, verified: 'size' });
  });

  test('believes the answer about an object of which the project recorded nothing', async () => {
    const unrecorded = () => json({ ...info, size: null, content_type: null, etag: null });
    const headers = { etag: '"one-2"', 'content-length': '5', 'content-type': 'text/plain' };
    const answers = { 'GET /object/info': unrecorded, 'GET /object/b/p': body('hello', headers) };
    const to = targetToBytes();
    const received = (await download(answers, to))._unsafeUnwrap();
    expect(received).toMatchObject({ sizeBytes: 5, contentType: 'text/plain', etag: '"one-2"', verified: 'size' });
    expect(Buffer.from(to.bytes() ?? []).toString()).toBe('hello');
  });

  test('takes one version: another tag than the details had is not written anywhere', async () => {
    const target = targetToBytes();
    const error = (await download({ 'GET /object/b/p': body('hello', { etag: '"two"' }) }, target))._unsafeUnwrapErr();
    expect([error.kind, error.code, target.bytes()]).toEqual(['interrupted', 'Replaced', undefined]);
  });

  test('accepts a tag that a gateway weakened', async () => {
    expect((await download({ 'GET /object/b/p': body('hello', { etag: 'W/"one"' }) }, targetToBytes())).isOk()).toBe(
      true,
    );
  });

  test.each([
    ['fewer', 'hell'],
    ['more', 'hello!'],
  ])('with %s bytes than the object has is discarded', async (_what, text) => {
    const target = targetToBytes();
    const error = (await download({ 'GET /object/b/p': body(text) }, target))._unsafeUnwrapErr();
    expect([error.kind, error.code, target.bytes()]).toEqual(['interrupted', 'SizeDiffers', undefined]);
  });

  test('waits for the target before it reads on, and discards when the target fails', async () => {
    const did: string[] = [];
    const target: FileTarget = {
      open: async () =>
        ok({
          write: async () => {
            did.push('write');
            throw new Error('disk full');
          },
          commit: async () => void did.push('commit'),
          discard: async () => void did.push('discard'),
        }),
    };
    const error = (await download({ 'GET /object/b/p': body('hello') }, target))._unsafeUnwrapErr();
    expect([error.kind, error.effect, error.code]).toEqual(['failed', 'none', 'TargetFailed']);
    expect(did).toEqual(['write', 'discard']);
  });
});

test('a stream that takes no more breaks when the call is over', async () => {
  const { layer } = layerOver({
    'GET /object/info': () => json(info),
    'GET /object/b/p': () => new Response('hello', { headers: { etag: '"one"' } }),
  });
  const call = createTestCall();
  const stalled = new Writable({ write: () => call.expire() });
  const broken = new Promise<unknown>((resolve) => stalled.once('error', resolve));
  const result = await layer.ports.files.download({ ...place, to: targetToStream(stalled) }, call);
  expect(result._unsafeUnwrapErr()).toMatchObject({ kind: 'timed-out' });
  expect(await broken).toMatchObject({ message: expect.stringContaining('broke off') as unknown });
}, 5000);

test('removes in batches of 500 and says which were not there', async () => {
  const paths = Array.from({ length: 1100 }, (_, at) => `p${at}`);
  const { layer, seen } = layerOver({ 'DELETE /object/b': () => json([{ name: 'p1' }, { name: 'p1099' }]) });
  const removed = (
    await layer.ports.files.remove({ bucket: 'b', paths: [...paths, 'p1'] }, createTestCall())
  )._unsafeUnwrap();
  expect([seen.length, removed.removed, removed.missing.length]).toEqual([3, ['p1', 'p1099'], 1098]);
});

test('a batch that fails after another was removed may have done something', async () => {
  let batches = 0;
  const { layer } = layerOver({
    'DELETE /object/b': () =>
      ++batches === 1 ? json([]) : json({ code: 'AccessDenied', message: '' }, { status: 400 }),
  });
  const paths = Array.from({ length: 501 }, (_, at) => `p${at}`);
  const error = (await layer.ports.files.remove({ bucket: 'b', paths }, createTestCall()))._unsafeUnwrapErr();
  expect([error.kind, error.effect]).toEqual(['denied', 'unknown']);
});
