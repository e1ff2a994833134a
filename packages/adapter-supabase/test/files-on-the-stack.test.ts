import './allow-node-20-line.js';
import { createHash, randomUUID } from 'node:crypto';
import { mkdtemp, readdir, rm, stat } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createTestCall } from '@hybrid-supabase/contract-tests';
import type { FileSource } from '@hybrid-supabase/core';
import type { LocalStack } from '@hybrid-supabase/local-stack';
import fc from 'fast-check';
import {
  createSupabaseLayer,
  sourceFromBytes,
  targetToBytes,
  targetToFile,
  type BytesTarget,
  type SupabaseLayer,
} from '../src/index.js';
import { clientVersions } from './client-versions.js';
import { startProject } from './start-project.js';
import { testKey } from './test-key.js';
import { valueOf } from './value-of.js';

let stack: LocalStack;
beforeAll(async () => {
  stack = await startProject();
}, 60_000);
afterAll(() => stack.stop());

const call = () => createTestCall();
const sha256Of = (bytes: Uint8Array): string => createHash('sha256').update(bytes).digest('hex');

describe.each(clientVersions)('supabase-js %s on the local stack', (_version, createClient) => {
  let layer: SupabaseLayer;
  let bucket = '';
  const files = () => layer.ports.files;
  beforeEach(async () => {
    layer = createSupabaseLayer({ url: stack.url, key: stack.serviceRoleKey, createClient, cdn: true });
    bucket = `bucket-${randomUUID()}`;
    valueOf(await layer.ports.buckets.create({ id: bucket, public: true }, call()));
  });
  afterEach(() => layer.close());

  const upload = async (
    path: string,
    bytes: Uint8Array = Buffer.from('x'),
    more: { sha256?: string; upsert?: boolean } = {},
  ) => files().upload({ bucket, path, body: sourceFromBytes(bytes), ...more }, call());
  const keys = async () => valueOf(await files().list({ bucket }, call())).items.map(({ path }) => path);

  test('a key with every legal character is the same object in every operation', async () => {
    const path = "we!rd/.*'() &$=@;:+,-_ name..txt";
    const bytes = Buffer.from('some bytes');
    valueOf(await upload(path, bytes, { sha256: sha256Of(bytes) }));
    const target = targetToBytes();
    valueOf(await files().download({ bucket, path, to: target }, call()));
    expect(Buffer.from(target.bytes() ?? [])).toEqual(bytes);
    expect(valueOf(await files().info({ bucket, path }, call()))).toMatchObject({
      path,
      metadata: { sha256: sha256Of(bytes) },
    });
    for (const url of [
      valueOf(await files().sign({ bucket, path, expiresInSeconds: 60 }, call())).url,
      valueOf(await files().publicUrl({ bucket, path }, call())).url,
    ]) {
      expect(await (await fetch(url)).text()).toBe('some bytes');
    }
    const signed = valueOf(await files().signUpload({ bucket, path: `${path}2` }, call()));
    const put = await fetch(signed.url, { method: 'PUT', body: bytes, headers: { 'content-type': 'text/plain' } });
    expect([put.status, await put.text()]).toEqual([200, expect.stringContaining('Key')]);
    valueOf(await files().copy({ bucket, path, to: { bucket, path: `${path}3` } }, call()));
    valueOf(await files().move({ bucket, path, to: { bucket, path: `${path}1` } }, call()));
    expect(await keys()).toEqual([`${path}1`, `${path}2`, `${path}3`]);
    expect(valueOf(await files().remove({ bucket, paths: [`${path}1`, path] }, call()))).toEqual({
      removed: [`${path}1`],
      missing: [path],
    });
    expect(await keys()).toEqual([`${path}2`, `${path}3`]);
  });

  test('whatever key passes the checks comes back from a list as itself, and nothing else does', async () => {
    const character = fc.constantFrom(..."aZ0_!.*'() &$=@;:+,-/".split(''));
    const key = fc.string({ unit: character, minLength: 1, maxLength: 12 });
    const wanted =
      fc.sample(fc.uniqueArray(key, { minLength: 40, maxLength: 40 }), { seed: 20261122, numRuns: 1 })[0] ?? [];
    const outcomes = await Promise.all(wanted.map(async (path) => [path, (await upload(path)).isOk()] as const));
    const stored = outcomes.filter(([, isStored]) => isStored).map(([path]) => path);
    expect(stored.length).toBeGreaterThan(10);
    expect(stored.length).toBeLessThan(wanted.length);
    expect((await keys()).sort()).toEqual([...stored].sort());
    expect(valueOf(await files().remove({ bucket, paths: stored }, call())).missing).toEqual([]);
    expect(await keys()).toEqual([]);
  });

  test('lists by key in byte order, page by page, with nothing lost or twice', async () => {
    const paths = ['A', 'Z/1', 'a', 'a/1', 'a/b/c', 'b', 'z'];
    for (const path of paths) valueOf(await upload(path));
    const seen: string[] = [];
    let after: string | undefined;
    do {
      const page = valueOf(await files().list({ bucket, limit: 2, ...(after !== undefined && { after }) }, call()));
      expect(page.items.length).toBeLessThanOrEqual(2);
      seen.push(...page.items.map(({ path }) => path));
      after = page.next;
    } while (after !== undefined);
    expect(seen).toEqual(paths);
    expect(valueOf(await files().list({ bucket, prefix: 'a/' }, call())).items.map(({ path }) => path)).toEqual([
      'a/1',
      'a/b/c',
    ]);
  });

  test('an empty object goes up and down', async () => {
    valueOf(await upload('empty', Buffer.alloc(0)));
    const target = targetToBytes();
    expect(valueOf(await files().download({ bucket, path: 'empty', to: target }, call())).sizeBytes).toBe(0);
    expect(target.bytes()).toHaveLength(0);
    const folder = await mkdtemp(join(tmpdir(), 'hybrid-empty-'));
    valueOf(await files().download({ bucket, path: 'empty', to: targetToFile(join(folder, 'file')) }, call()));
    const [left, { size }] = [await readdir(folder), await stat(join(folder, 'file'))];
    await rm(folder, { recursive: true });
    expect([left, size]).toEqual([['file'], 0]);
  });

  test('says what the project answers', async () => {
    valueOf(await upload('taken'));
    const none = { bucket: 'no-such-bucket', path: 'p' };
    const errors = {
      taken: await upload('taken'),
      noBucketToUploadTo: await files().upload({ ...none, body: sourceFromBytes(Buffer.from('x')) }, call()),
      noBucketToList: await files().list({ bucket: 'no-such-bucket' }, call()),
      noBucketToEmpty: await layer.ports.buckets.empty({ id: 'no-such-bucket' }, call()),
      noObject: await files().info({ bucket, path: 'none' }, call()),
      noObjectToSign: await files().sign({ bucket, path: 'none', expiresInSeconds: 60 }, call()),
      noObjectToMove: await files().move({ bucket, path: 'none', to: { bucket, path: 'there' } }, call()),
      moveOntoAnother: await (async () => {
        valueOf(await upload('other'));
        return files().move({ bucket, path: 'other', to: { bucket, path: 'taken' } }, call());
      })(),
      copyOntoAnother: await files().copy({ bucket, path: 'other', to: { bucket, path: 'taken' } }, call()),
      moveIntoNowhere: await files().move({ bucket, path: 'other', to: none }, call()),
      bucketTaken: await layer.ports.buckets.create({ id: bucket }, call()),
      bucketFull: await layer.ports.buckets.delete({ id: bucket }, call()),
      noCdn: await files().purge({ bucket, path: 'taken' }, call()),
    };
    const told = Object.entries(errors).map(([name, result]) => {
      const { kind, effect, code } = result._unsafeUnwrapErr();
      return [name, [kind, effect, code].join(' ')];
    });
    expect(Object.fromEntries(told)).toEqual({
      taken: 'conflict none KeyAlreadyExists',
      noBucketToUploadTo: 'not-found none NoSuchBucket',
      noBucketToList: 'not-found none NoSuchBucket',
      noBucketToEmpty: 'not-found none NoSuchBucket',
      noObject: 'not-found none NoSuchKey',
      noObjectToSign: 'not-found none NoSuchKey',
      noObjectToMove: 'not-found none NoSuchKey',
      moveOntoAnother: 'conflict none ResourceAlreadyExists',
      copyOntoAnother: 'conflict none KeyAlreadyExists',
      moveIntoNowhere: 'not-found none InvalidRequest',
      bucketTaken: 'conflict none BucketAlreadyExists',
      bucketFull: 'conflict none ResourceNotEmpty',
      noCdn: 'unsupported none MissingParameter',
    });
  });

  test('upsert replaces the bytes and keeps the object', async () => {
    const first = valueOf(await upload('p', Buffer.from('one')));
    const second = valueOf(await upload('p', Buffer.from('other'), { upsert: true }));
    expect([second.id, second.sizeBytes]).toEqual([first.id, 5]);
  });

  const lying = (sizeBytes: number, chunks: readonly Uint8Array[], failure?: Error): FileSource => ({
    sizeBytes,
    async *open() {
      yield* chunks;
      if (failure) throw failure;
    },
  });
  test.each([
    ['is shorter than it said', { body: lying(20, [Buffer.alloc(10)]) }],
    ['is longer than it said', { body: lying(10, [Buffer.alloc(10), Buffer.alloc(1)]) }],
    ['breaks in the middle', { body: lying(20, [Buffer.alloc(10)], new Error('disk')) }],
    ['does not have its checksum', { body: lying(10, [Buffer.alloc(5), Buffer.alloc(5)]), sha256: '0'.repeat(64) }],
  ])('a source that %s leaves no object', async (_what, input) => {
    const result = await files().upload({ bucket, path: 'p', ...input }, call());
    expect(result._unsafeUnwrapErr()).toMatchObject({ kind: 'invalid-request', effect: 'none' });
    expect(await keys()).toEqual([]);
  });

  test('an upload that is cancelled in the middle ends, says that it may be done, and leaves no half object', async () => {
    const testCall = call();
    let ended = false;
    const body: FileSource = {
      sizeBytes: 2_000_000,
      async *open() {
        try {
          for (let at = 0; at < 20; at += 1) {
            yield Buffer.alloc(100_000);
            if (at === 14) testCall.abort();
          }
        } finally {
          ended = true;
        }
      },
    };
    const error = (await files().upload({ bucket, path: 'p', body }, testCall))._unsafeUnwrapErr();
    expect(error).toMatchObject({ kind: 'cancelled', effect: 'unknown' });
    expect(await keys()).toEqual([]);
    expect(ended).toBe(true);
  });

  test('a body larger than the bucket allows is refused while it is being sent', async () => {
    const small = `${bucket}-small`;
    valueOf(await layer.ports.buckets.create({ id: small, fileSizeLimit: 1000 }, call()));
    const body = lying(20_000_000, Array<Uint8Array>(20).fill(Buffer.alloc(1_000_000)));
    const error = (await files().upload({ bucket: small, path: 'p', body }, call()))._unsafeUnwrapErr();
    expect([error.kind, error.effect, error.code]).toEqual(['invalid-request', 'none', 'EntityTooLarge']);
  });

  test('a download in one request that is cancelled in the middle leaves no file, not even half of one', async () => {
    const folder = await mkdtemp(join(tmpdir(), 'hybrid-download-'));
    valueOf(await upload('p', Buffer.alloc(1_500_000)));
    const testCall = { ...call(), progressed: (): void => testCall.abort() };
    const to = targetToFile(join(folder, 'file'));
    const error = (await files().download({ bucket, path: 'p', to }, testCall))._unsafeUnwrapErr();
    const left = await readdir(folder);
    await rm(folder, { recursive: true });
    expect([error.kind, left]).toEqual(['cancelled', []]);
  });

  test('where tags are no checksums, the one of the metadata decides', async () => {
    const other = createSupabaseLayer({ url: stack.url, key: stack.serviceRoleKey, createClient, md5Etags: false });
    const bytes = Buffer.from('damaged');
    const place = { bucket, path: 'p' };
    const fetchInto = (to: BytesTarget) => other.ports.files.download({ ...place, to }, call());
    valueOf(await upload('p', bytes, { sha256: sha256Of(bytes) }));
    expect(valueOf(await fetchInto(targetToBytes())).verified).toBe('checksum');
    const metadata = { sha256: sha256Of(Buffer.from('intact')) };
    valueOf(await files().upload({ ...place, body: sourceFromBytes(bytes), metadata, upsert: true }, call()));
    const target = targetToBytes();
    const error = (await fetchInto(target))._unsafeUnwrapErr();
    expect([error.kind, error.code, target.bytes()]).toEqual(['interrupted', 'ChecksumDiffers', undefined]);
  });

  test('bytes that move put off the idle timeout, in both directions', async () => {
    const bytes = Buffer.alloc(3_000_000, 7);
    const [up, down] = [call(), call()];
    const chunked = lying(bytes.length, [bytes.subarray(0, 1_000_000), bytes.subarray(1_000_000)]);
    valueOf(await files().upload({ bucket, path: 'p', body: chunked }, up));
    valueOf(await files().download({ bucket, path: 'p', to: targetToBytes() }, down));
    expect(up.progressCount()).toBe(2);
    expect(down.progressCount()).toBeGreaterThan(1);
  });

  test('an expired key is told apart from a missing bucket, and a foreign one from a missing right', async () => {
    const withKey = (key: string) => createSupabaseLayer({ url: stack.url, key, createClient }).ports;
    const expired = withKey(testKey({ role: 'service_role', exp: 1 }));
    const anonymous = withKey(stack.anonKey);
    valueOf(await upload('p'));
    const kinds = [
      await expired.files.info({ bucket: 'private', path: 'p' }, call()),
      await expired.buckets.list({}, call()),
      await expired.sql.read({ text: 'select 1', values: [] }, call()),
      await withKey(testKey({ role: 'service_role' })).buckets.create({ id: 'b' }, call()),
      await withKey(testKey({ role: 'service_role' })).files.info({ bucket: 'private', path: 'p' }, call()),
      await withKey(testKey({ role: 'service_role' })).files.exists({ bucket: 'private', path: 'p' }, call()),
      await withKey(testKey({ role: 'service_role' })).files.download(
        { bucket: 'private', path: 'p', to: targetToBytes() },
        call(),
      ),
      await anonymous.files.info({ bucket: 'private', path: 'p' }, call()),
      await anonymous.files.upload({ bucket, path: 'q', body: sourceFromBytes(Buffer.from('x')) }, call()),
      await anonymous.buckets.empty({ id: bucket }, call()),
    ].map((result) => (result.isErr() ? [result.error.kind, result.error.effect].join(' ') : 'served'));
    expect(kinds).toEqual([
      'unauthorized none',
      'unauthorized none',
      'unauthorized none',
      'unauthorized none',
      'unauthorized none',
      'unauthorized none',
      'unauthorized none',
      'not-found none',
      'denied none',
      'denied none',
    ]);
  });
});
