import './allow-node-20-line.js';
import { randomBytes, randomUUID } from 'node:crypto';
import { mkdtemp, readFile, readdir, rm, stat, truncate, utimes, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { PassThrough } from 'node:stream';
import { buffer } from 'node:stream/consumers';
import { createTestCall, type TestCall } from '@hybrid-supabase/contract-tests';
import type { FileTarget } from '@hybrid-supabase/core';
import type { LocalStack } from '@hybrid-supabase/local-stack';
import {
  createSupabaseLayer,
  sourceFromBytes,
  targetToBytes,
  targetToFile,
  targetToStream,
  type SupabaseLayer,
} from '../src/index.js';
import { clientVersions } from './client-versions.js';
import { startProject } from './start-project.js';
import { valueOf } from './value-of.js';

const KiB = 1024;
const MiB = 1024 * KiB;
const call = () => createTestCall();
const path = "folder/a file's copy.bin";
const hit = /no bytes were moved/;

let stack: LocalStack;
let helper: SupabaseLayer;
let folder = '';
let bucket = '';
let movedBytes = 0;
const layers: SupabaseLayer[] = [];
beforeAll(async () => {
  stack = await startProject();
  helper = createSupabaseLayer({ url: stack.url, key: stack.serviceRoleKey });
}, 60_000);
afterAll(async () => {
  await helper.close();
  await stack.stop();
});
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'hybrid-cache-'));
  bucket = `bucket-${randomUUID()}`;
  valueOf(await helper.ports.buckets.create({ id: bucket }, call()));
  movedBytes = 0;
});
afterEach(async () => {
  await Promise.all(layers.splice(0).map((layer) => layer.close()));
  await rm(folder, { recursive: true });
});

const directory = (): string => join(folder, 'cache');
const countingFetch: typeof fetch = async (input, init) => {
  const answer = await fetch(input, init);
  if (answer.ok && (init?.method ?? 'GET') === 'GET') movedBytes += Number(answer.headers.get('content-length') ?? 0);
  return answer;
};
interface Making {
  readonly limitBytes?: number;
  readonly key?: string;
  readonly nowMs?: () => number;
  readonly createClient?: (typeof clientVersions)[number][1];
}
const newLayer = ({ limitBytes, key = stack.serviceRoleKey, ...more }: Making = {}): SupabaseLayer => {
  const cache = { directory: directory(), ...(limitBytes !== undefined && { limitBytes }) };
  const layer = createSupabaseLayer({ url: stack.url, key, cache, fetch: countingFetch, ...more });
  layers.push(layer);
  return layer;
};
const put = async (name: string, content: Uint8Array): Promise<void> => {
  const body = sourceFromBytes(content);
  valueOf(await helper.ports.files.upload({ bucket, path: name, body, upsert: true }, call()));
};
const get = async (layer: SupabaseLayer, name = path, own: TestCall = call()) => {
  const to = targetToBytes();
  const received = valueOf(await layer.ports.files.download({ bucket, path: name, to }, own));
  return { ...received, bytes: Buffer.from(to.bytes() ?? []), isHit: own.notes.some((note) => hit.test(note)) };
};
const copies = async (): Promise<readonly string[]> => readdir(join(directory(), 'objects')).catch(() => []);
const usedBytes = async (): Promise<number> => {
  const sizes = (await copies()).map(async (name) => (await stat(join(directory(), 'objects', name))).size);
  return (await Promise.all(sizes)).reduce((sum, size) => sum + size, 0);
};

test.each(clientVersions)('supabase-js %s: the second download moves no bytes', async (_version, createClient) => {
  const content = randomBytes(300 * KiB);
  await put(path, content);
  const first = await get(newLayer({ createClient }));
  expect([first.bytes.equals(content), first.isHit, movedBytes]).toEqual([true, false, content.byteLength]);
  const second = await get(newLayer({ createClient }));
  expect([second.bytes.equals(content), second.isHit, movedBytes]).toEqual([true, true, content.byteLength]);
  const { isHit: _one, bytes: _bytes, ...told } = first;
  expect(second).toMatchObject(told);
});

test.each<[string, number, (to: string) => FileTarget]>([
  ['a file', 300 * KiB, targetToFile],
  ['a file that comes in ranges', 7 * MiB, targetToFile],
])('%s is kept, and given from the copy', async (_what, sizeBytes, target) => {
  const content = randomBytes(sizeBytes);
  await put(path, content);
  for (const name of ['one', 'two']) {
    const own = call();
    valueOf(await newLayer().ports.files.download({ bucket, path, to: target(join(folder, name)) }, own));
    expect(own.notes.some((note) => hit.test(note))).toBe(name === 'two');
    expect((await readFile(join(folder, name))).equals(content)).toBe(true);
  }
  expect((await readdir(folder)).sort()).toEqual(['cache', 'one', 'two']);
  expect(await readdir(join(directory(), 'incoming'))).toEqual([]);
});

test('a stream gets the copy as well', async () => {
  const content = randomBytes(2 * MiB);
  await put(path, content);
  const layer = newLayer();
  await get(layer);
  const [stream, own] = [new PassThrough(), call()];
  const read = buffer(stream);
  valueOf(await layer.ports.files.download({ bucket, path, to: targetToStream(stream) }, own));
  expect([(await read).equals(content), own.notes.some((note) => hit.test(note))]).toEqual([true, true]);
});

test('another version, an empty one too, is fetched', async () => {
  const layer = newLayer();
  for (const content of ['one', 'other', '', 'more']) {
    await put(path, Buffer.from(content));
    const { bytes, isHit } = await get(layer);
    expect([bytes.toString(), isHit]).toEqual([content, false]);
  }
  expect((await get(layer)).isHit).toBe(true);
});

test('objects with the same bytes share one copy', async () => {
  const layer = newLayer();
  for (const name of ['a', 'b']) {
    await put(name, Buffer.from('the same'));
    await get(layer, name);
  }
  expect(await copies()).toHaveLength(1);
  expect([(await get(layer, 'a')).isHit, (await get(layer, 'b')).isHit]).toEqual([true, true]);
});

test('what is removed, or may not be read, is not given from a copy', async () => {
  await put(path, Buffer.from('secret'));
  await get(newLayer());
  const anonymous = await newLayer({ key: stack.anonKey }).ports.files.download(
    { bucket, path, to: targetToBytes() },
    call(),
  );
  expect(anonymous._unsafeUnwrapErr().kind).toBe('not-found');
  valueOf(await helper.ports.files.remove({ bucket, paths: [path] }, call()));
  const gone = await newLayer().ports.files.download({ bucket, path, to: targetToBytes() }, call());
  expect(gone._unsafeUnwrapErr()).toMatchObject({ kind: 'not-found', code: 'NoSuchKey' });
});

test.each<[string, (object: string) => Promise<void>]>([
  ['changed', (object) => writeFile(object, 'the wrong bytes')],
  ['cut short', (object) => truncate(object, 3)],
  ['removed', (object) => rm(object)],
])('a copy that was %s is noticed and fetched again', async (_what, damage) => {
  await put(path, Buffer.from('the right bytes'));
  await get(newLayer());
  for (const name of await copies()) await damage(join(directory(), 'objects', name));
  const { bytes, isHit } = await get(newLayer());
  expect([bytes.toString(), isHit]).toEqual(['the right bytes', false]);
  expect((await get(newLayer())).isHit).toBe(true);
});

test('an entry that nobody can read is as good as none', async () => {
  await put(path, Buffer.from('bytes'));
  await get(newLayer());
  const entries = join(directory(), 'entries');
  for (const name of await readdir(entries)) await writeFile(join(entries, name), '{"etag":"half');
  expect((await get(newLayer())).bytes.toString()).toBe('bytes');
  expect((await get(newLayer())).isHit).toBe(true);
});

test('a cache that cannot be written to fails no download', async () => {
  await put(path, Buffer.from('bytes'));
  await writeFile(directory(), 'a file where the folder should be');
  expect((await get(newLayer())).bytes.toString()).toBe('bytes');
});

test('stays below its limit, and what was used last stays', async () => {
  let nowMs = Date.now();
  const layer = newLayer({ limitBytes: 100 * KiB, nowMs: () => (nowMs += 1000) });
  const contents = Array.from({ length: 12 }, () => randomBytes(20 * KiB));
  for (const [at, content] of contents.entries()) {
    await put(`${at}`, content);
    await get(layer, `${at}`);
    if (at > 0) expect((await get(layer, '0')).isHit).toBe(true);
    expect(await usedBytes()).toBeLessThanOrEqual(100 * KiB);
  }
  expect((await get(layer, '11')).isHit).toBe(true);
  expect((await get(layer, '1')).isHit).toBe(false);
  expect((await readdir(join(directory(), 'entries'))).length).toBeLessThanOrEqual(6);
});

test('an object that is larger than the limit goes by without a copy', async () => {
  await put(path, randomBytes(200 * KiB));
  const layer = newLayer({ limitBytes: 100 * KiB });
  expect([(await get(layer)).isHit, (await get(layer)).isHit, await copies()]).toEqual([false, false, []]);
});

test('what a killed process left half done is cleared away after a day', async () => {
  await put(path, Buffer.from('bytes'));
  await get(newLayer());
  const left = join(directory(), 'incoming', randomUUID());
  await writeFile(left, 'half');
  await get(newLayer(), path);
  expect(await readdir(join(directory(), 'incoming'))).toHaveLength(1);
  const yesterday = Date.now() / 1000 - 25 * 60 * 60;
  await utimes(left, yesterday, yesterday);
  await put(path, Buffer.from('other'));
  await get(newLayer());
  expect(await readdir(join(directory(), 'incoming'))).toEqual([]);
});

test('a download that is cancelled leaves nothing in the cache', async () => {
  await put(path, randomBytes(MiB));
  const own = call();
  const stopping = { ...own, progressed: (): void => own.abort() };
  const ended = await newLayer().ports.files.download({ bucket, path, to: targetToBytes() }, stopping);
  expect(ended._unsafeUnwrapErr().kind).toBe('cancelled');
  expect([await copies(), await readdir(join(directory(), 'incoming')).catch(() => [])]).toEqual([[], []]);
});

test('a copy that was given is given, although the caller stops at that moment', async () => {
  await put(path, Buffer.from('bytes'));
  const layer = newLayer();
  await get(layer);
  const [own, to] = [call(), targetToBytes()];
  const stopping: FileTarget = {
    open: async (version) =>
      (await to.open(version)).map((writer) => ({
        ...writer,
        async commit() {
          await writer.commit();
          own.abort();
        },
      })),
  };
  const received = await layer.ports.files.download({ bucket, path, to: stopping }, own);
  expect([received.isOk(), to.bytes()?.byteLength]).toEqual([true, 5]);
});

test('the same bytes under another type are told as what they are now', async () => {
  const layer = newLayer();
  for (const contentType of ['text/plain', 'application/json']) {
    const body = sourceFromBytes(Buffer.from('{}'));
    valueOf(await helper.ports.files.upload({ bucket, path, body, contentType, upsert: true }, call()));
    expect((await get(layer)).contentType).toBe(contentType);
  }
});

test('many readers of several layers share one small cache and always get the right bytes', async () => {
  const contents = Array.from({ length: 8 }, (_, at) => randomBytes(10 * KiB + at));
  for (const [at, content] of contents.entries()) await put(`${at}`, content);
  const several = [1, 2, 3].map(() => newLayer({ limitBytes: 50 * KiB }));
  const reads = Array.from({ length: 120 }, (_, at) => ({ layer: several[at % 3], name: (at * 5) % 8 }));
  await Promise.all(
    reads.map(async ({ layer = helper, name }) => {
      const { bytes } = await get(layer, `${name}`);
      expect(bytes.equals(contents[name] ?? Buffer.alloc(0))).toBe(true);
    }),
  );
  expect(await readdir(join(directory(), 'incoming'))).toEqual([]);
});

test.each([{ directory: '' }, { directory: 'x', limitBytes: 0 }, { directory: 'x', limitBytes: 1.5 }])(
  'a wrong option is named at once: %j',
  (cache) => {
    const make = () => createSupabaseLayer({ url: stack.url, key: stack.serviceRoleKey, cache });
    expect(make).toThrow(/`cache\.(directory|limitBytes)`/);
  },
);
