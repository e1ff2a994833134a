import './allow-node-20-line.js';
import { createServer, type Server } from 'node:http';
import { createTestCall } from '@hybrid-supabase/contract-tests';
import fc from 'fast-check';
import { createSupabaseLayer, sourceFromBytes, targetToBytes, type SupabaseLayer } from '../src/index.js';
import { clientVersions } from './client-versions.js';
import { hostileKey, isGoodKey } from './hostile-key.js';
import { testKey } from './test-key.js';

const seen: string[] = [];
let server: Server;
let url = '';
beforeAll(async () => {
  server = createServer((request, response) => {
    seen.push(request.url ?? '');
    request
      .resume()
      .on('end', () => response.writeHead(400, { 'content-type': 'application/json' }).end('{"code":"NoSuchKey"}'));
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const address = server.address();
  url = typeof address === 'object' && address !== null ? `http://127.0.0.1:${address.port}` : '';
});
afterAll(async () => {
  server.closeAllConnections();
  await new Promise((resolve) => server.close(resolve));
});

type Addressing = (layer: SupabaseLayer, path: string) => Promise<unknown>;
const inTheUrl: readonly (readonly [string, string, Addressing])[] = [
  [
    'upload',
    '/object/b/',
    ({ ports }, path) =>
      ports.files.upload({ bucket: 'b', path, body: sourceFromBytes(Buffer.from('x')) }, createTestCall()),
  ],
  [
    'download',
    '/object/b/',
    ({ ports }, path) => ports.files.download({ bucket: 'b', path, to: targetToBytes() }, createTestCall()),
  ],
  ['info', '/object/info/b/', ({ ports }, path) => ports.files.info({ bucket: 'b', path }, createTestCall())],
  [
    'signUpload',
    '/object/upload/sign/b/',
    ({ ports }, path) => ports.files.signUpload({ bucket: 'b', path }, createTestCall()),
  ],
  [
    'sign with a transformation',
    '/object/sign/b/',
    ({ ports }, path) =>
      ports.files.sign({ bucket: 'b', path, expiresInSeconds: 60, transform: { width: 1 } }, createTestCall()),
  ],
  ['purge', '/cdn/b/', ({ ports }, path) => ports.files.purge({ bucket: 'b', path }, createTestCall())],
];

describe.each(clientVersions)('supabase-js %s', (_version, createClient) => {
  test.each(inTheUrl)('a hostile key never makes %s address anything but itself', async (name, route, address) => {
    const layer = createSupabaseLayer({ url, key: testKey({ role: 'service_role' }), createClient, cdn: true });
    await fc.assert(
      fc.asyncProperty(hostileKey, async (key) => {
        seen.length = 0;
        await address(layer, key);
        const addressed = seen.map((sent) => decodeURIComponent(sent.replace('/storage/v1', '').slice(route.length)));
        expect(seen.every((sent) => sent.startsWith(`/storage/v1${route}`))).toBe(true);
        expect(addressed).toEqual(isGoodKey(key) && !(name === 'purge' && key.endsWith(' ')) ? [key] : []);
      }),
      { seed: 20261122, numRuns: 150, examples: [['a '], ['.. '], ['x/. '], ['a/.. ']] },
    );
    await layer.close();
  });

  type InBucket = (layer: SupabaseLayer, bucket: string) => Promise<unknown>;
  const path = 'p';
  const call = () => createTestCall();
  const ofBuckets: Readonly<Record<string, InBucket>> = {
    '/object/*/p': ({ ports }, bucket) =>
      ports.files.upload({ bucket, path, body: sourceFromBytes(Buffer.from('x')) }, call()),
    '/object/*/p ': ({ ports }, bucket) => ports.files.download({ bucket, path, to: targetToBytes() }, call()),
    '/object/info/*/p': ({ ports }, bucket) => ports.files.exists({ bucket, path }, call()),
    '/object/list-v2/*': ({ ports }, bucket) => ports.files.list({ bucket }, call()),
    '/object/*': ({ ports }, bucket) => ports.files.remove({ bucket, paths: [path] }, call()),
    '/object/sign/*': ({ ports }, bucket) => ports.files.sign({ bucket, path, expiresInSeconds: 1 }, call()),
    '/object/upload/sign/*/p': ({ ports }, bucket) => ports.files.signUpload({ bucket, path }, call()),
    '/cdn/*/p': ({ ports }, bucket) => ports.files.purge({ bucket, path }, call()),
    '/bucket/*': ({ ports }, id) => ports.buckets.get({ id }, call()),
    '/bucket/* ': ({ ports }, id) => ports.buckets.update({ id, public: true }, call()),
    '/bucket/*  ': ({ ports }, id) => ports.buckets.delete({ id }, call()),
    '/bucket/*/empty': ({ ports }, id) => ports.buckets.empty({ id }, call()),
  };
  test.each(Object.entries(ofBuckets))('a hostile bucket name stays itself at %s', async (route, act) => {
    const layer = createSupabaseLayer({ url, key: testKey({ role: 'service_role' }), createClient, cdn: true });
    await fc.assert(
      fc.asyncProperty(hostileKey, async (bucket) => {
        seen.length = 0;
        await act(layer, bucket);
        const isGood = isGoodKey(bucket) && !bucket.includes('/') && bucket === bucket.trim();
        const wanted = `/storage/v1${route.trim().replace('*', () => bucket)}`;
        expect(seen.map(decodeURIComponent)).toEqual(isGood ? [wanted] : []);
      }),
      { seed: 20261122, numRuns: 100, examples: [["!.*'() &$=@;:+,-_ a"], ['a;b'], ['$&'], ['a '], ['..']] },
    );
    await layer.close();
  });
});

test('a large upload names its very key, or is not begun', async () => {
  const named: string[] = [];
  const fetch = async (_address: unknown, init?: RequestInit): Promise<Response> => {
    const header = new Headers(init?.headers).get('upload-metadata') ?? '';
    const told = new Map(
      header
        .split(',')
        .map((pair) => pair.split(' '))
        .map(([name = '', text = '']) => [name, text]),
    );
    named.push(['bucketName', 'objectName'].map((name) => Buffer.from(told.get(name) ?? '', 'base64')).join(' '));
    return new Response('', { status: 400 });
  };
  const layer = createSupabaseLayer({ url, key: testKey({ role: 'service_role' }), fetch });
  const body = sourceFromBytes(Buffer.alloc(6 * 1024 * 1024 + 1));
  await fc.assert(
    fc.asyncProperty(hostileKey, async (path) => {
      named.length = 0;
      await layer.ports.files.upload({ bucket: 'b', path, body }, createTestCall());
      expect(named.slice(0, 1)).toEqual(isGoodKey(path) ? [`b ${path}`] : []);
    }),
    { seed: 20261122, numRuns: 60 },
  );
  await layer.close();
});

test('no operation sends anything for a key or bucket that is not allowed', async () => {
  const layer = createSupabaseLayer({ url, key: testKey({ role: 'service_role' }) });
  const { files, buckets } = layer.ports;
  const [good, bad] = [
    { bucket: 'b', path: 'p' },
    { bucket: 'b', path: 'a/../../o2/x' },
  ];
  const call = createTestCall();
  seen.length = 0;
  const results = await Promise.all([
    files.exists(bad, call),
    files.move({ ...bad, to: good }, call),
    files.move({ ...good, to: bad }, call),
    files.copy({ ...good, to: { bucket: '..', path: 'p' } }, call),
    files.remove({ bucket: 'b', paths: ['p', '../x'] }, call),
    files.sign({ ...bad, expiresInSeconds: 60 }, call),
    files.publicUrl(bad, call),
    files.list({ bucket: 'a/b' }, call),
    files.list({ bucket: 'b', prefix: 'ä' }, call),
    files.list({ bucket: 'b', after: 'a\nc:created_at' }, call),
    buckets.get({ id: '..' }, call),
    buckets.delete({ id: 'a?b' }, call),
    buckets.empty({ id: 'a/b' }, call),
  ]);
  for (const result of results)
    expect(result._unsafeUnwrapErr()).toMatchObject({ kind: 'invalid-request', effect: 'none' });
  expect(seen).toEqual([]);
});
