import { createHash } from 'node:crypto';
import { readdir } from 'node:fs/promises';
import path from 'node:path';
import type { StorageAnswer, StorageStack } from './storage-client.js';
import { openStorage } from './storage-stack.js';
import { createTusClient, resumable, tusHeaders, type TusClient } from './tus-client.js';

// A started database takes its time on a busy machine.
jest.setTimeout(120_000);

let stack: StorageStack;
let tus: TusClient;

beforeAll(async () => {
  stack = await openStorage();
  await stack.makeBucket('b');
  tus = createTusClient(stack, 'b');
});
afterAll(() => stack.stop());

const headersOf = (answer: StorageAnswer, ...names: string[]): (string | null)[] =>
  names.map((name) => answer.headers.get(name));
const info = async (key: string): Promise<Record<string, unknown>> =>
  (await stack.call('GET', `/object/info/b/${key}`)).json();
const read = async (key: string): Promise<string> => (await stack.call('GET', `/object/b/${key}`)).text;
const waiting = (): Promise<string[]> => readdir(path.join(stack.objectsDirectory, '.uploads'));
const decoded = (address: string): string => Buffer.from(address.split('/').at(-1) ?? '', 'base64url').toString();

test('says what it can without being asked who one is', async () => {
  const answer = await stack.call('OPTIONS', resumable, { token: null });
  expect(answer.status).toBe(204);
  expect(headersOf(answer, 'tus-version', 'tus-extension', 'tus-max-size')).toEqual([
    '1.0.0',
    'creation,creation-with-upload,creation-defer-length,termination,expiration',
    '52428800',
  ]);
});

test('an upload in parts becomes the object of its bytes, under the version of its address', async () => {
  const metadata = { contentType: 'text/html', cacheControl: '60', metadata: '{"snake_key":"ä"}' };
  const made = await tus.create('folder/in parts.html', { length: 10, metadata });
  expect([made.status, made.text]).toEqual([201, '']);
  expect(made.headers.get('location')).toMatch(new RegExp(`^${stack.url}${resumable}/[A-Za-z0-9_-]+$`));
  expect(Date.parse(made.headers.get('upload-expires') ?? '')).toBeGreaterThan(Date.now());
  const address = tus.addressOf(made);
  const [, version = ''] = /^b\/folder\/in parts\.html\/([0-9a-f-]{36})$/.exec(decoded(address)) ?? [];

  const first = await tus.patch(address, 0, 'first');
  expect([first.status, ...headersOf(first, 'upload-offset', 'tus-complete')]).toEqual([204, '5', null]);
  expect(first.headers.get('upload-expires')).toBe(made.headers.get('upload-expires'));
  const between = await tus.head(address);
  expect([between.status, ...headersOf(between, 'upload-offset', 'upload-length', 'upload-expires')]).toEqual([
    200,
    '5',
    '10',
    null,
  ]);
  expect(headersOf(between, 'cache-control')).toEqual(['no-store']);
  expect(headersOf(between, 'upload-metadata')).toEqual([expect.stringContaining(`contentType ${btoa('text/html')}`)]);
  expect(await read('folder/in parts.html')).toContain('NoSuchKey');

  const last = await tus.patch(address, 5, 'other');
  expect([last.status, ...headersOf(last, 'upload-offset', 'tus-complete')]).toEqual([204, '10', '1']);
  expect(await read('folder/in parts.html')).toBe('firstother');
  expect(await info('folder/in parts.html')).toMatchObject({
    version,
    size: 10,
    content_type: 'text/html',
    cache_control: 'max-age=60',
    etag: `"${createHash('md5').update('firstother').digest('hex')}"`,
    metadata: { snake_key: 'ä' },
  });
  expect(await waiting()).toEqual([`${version}.json`]);

  const after = await tus.head(address);
  expect([after.status, ...headersOf(after, 'upload-offset', 'upload-length')]).toEqual([200, '10', '10']);
});

test('behind a proxy the address is the one the client knows', async () => {
  const headers = { 'x-forwarded-proto': 'https', 'x-forwarded-host': 'project.example' };
  const made = await tus.create('proxied', { length: 1, headers });
  expect(made.headers.get('location')).toMatch(/^https:\/\/project\.example\/storage\/v1\/upload\/resumable\/[\w-]+$/);
  await stack.call('DELETE', `${resumable}/${made.headers.get('location')?.split('/').at(-1)}`, {
    headers: tusHeaders,
  });
});

test('the creation can bring bytes, all of them or none to come', async () => {
  const part = await tus.create('with-part', { length: 6, body: 'abc' });
  expect([part.status, ...headersOf(part, 'upload-offset')]).toEqual([201, '3']);
  expect((await tus.patch(tus.addressOf(part), 3, 'def')).status).toBe(204);
  const whole = await tus.create('whole', { length: 3, body: 'abc' });
  expect([whole.status, ...headersOf(whole, 'upload-offset', 'tus-complete')]).toEqual([201, '3', '1']);
  const empty = await tus.create('empty', { length: 0 });
  expect([empty.status, ...headersOf(empty, 'tus-complete')]).toEqual([201, '1']);
  expect([await read('with-part'), await read('whole'), await read('empty')]).toEqual(['abcdef', 'abc', '']);
  expect(await info('empty')).toMatchObject({ size: 0, etag: '"d41d8cd98f00b204e9800998ecf8427e"', metadata: null });
});

test('the length can be told with any later part', async () => {
  const address = await tus.begin('open-end', { length: null });
  await tus.patch(address, 0, 'abc');
  expect(headersOf(await tus.head(address), 'upload-defer-length', 'upload-length', 'upload-offset')).toEqual([
    '1',
    null,
    '3',
  ]);
  const last = await tus.patch(address, 3, 'def', { headers: { 'upload-length': '6' } });
  expect([last.status, ...headersOf(last, 'tus-complete')]).toEqual([204, '1']);
  const other = await tus.begin('open-end-2', { length: null, body: 'abc' });
  expect((await tus.patch(other, 3, '', { headers: { 'upload-length': '3' } })).status).toBe(204);
  expect([await read('open-end'), await read('open-end-2')]).toEqual(['abcdef', 'abc']);
});

test('without a type the object is bytes, without a cache rule it is not cached', async () => {
  const values = `bucketName ${btoa('b')},objectName ${btoa('typeless')}`;
  await tus.create('typeless', { length: 1, body: 'x', headers: { 'upload-metadata': values } });
  expect(await info('typeless')).toMatchObject({ content_type: 'application/octet-stream', cache_control: 'no-cache' });
  await tus.create('worded', { length: 1, body: 'x', metadata: { cacheControl: 'max-age=60' } });
  expect(await info('worded')).toMatchObject({ cache_control: 'no-cache' });
});

test('an upsert replaces and keeps the metadata of old unless it brings its own', async () => {
  const upsert = { 'x-upsert': 'true' };
  await tus.create('again', { length: 1, body: '1', metadata: { metadata: '{"a":1}' } });
  const { id } = await info('again');
  const kept = await tus.create('again', { length: 1, body: '2', headers: upsert });
  expect(kept.status).toBe(201);
  expect(await info('again')).toMatchObject({ id, metadata: { a: 1 } });
  await tus.create('again', { length: 1, body: '3', headers: upsert, metadata: { metadata: '{"b":2}' } });
  expect(await info('again')).toMatchObject({ id, metadata: { b: 2 } });
  expect(await read('again')).toBe('3');
});

test('a deleted upload is gone with its bytes, a finished one stays', async () => {
  const before = await waiting();
  const address = await tus.begin('given-up', { length: 6, body: 'abc' });
  const removed = await stack.call('DELETE', address, { headers: tusHeaders });
  expect([removed.status, removed.text]).toEqual([204, '']);
  expect((await tus.head(address)).status).toBe(404);
  expect(await waiting()).toEqual(before);
  const finished = await tus.begin('stays', { length: 1, body: 'x' });
  for (const headers of [tusHeaders, { ...tusHeaders, 'x-upsert': 'true' }])
    expect((await stack.call('DELETE', finished, { headers })).status).toBe(409);
  expect(await read('stays')).toBe('x');
});
