import assert from 'node:assert/strict';
import { randomUUID } from 'node:crypto';
import { createTestCall, type LayerHarness } from '@hybrid-supabase/contract-tests';
import type { FileInfo } from '@hybrid-supabase/core';
import { digestOf, sql } from '@hybrid-supabase/sql';
import { sourceFromBytes, targetToBytes, type BytesTarget, type SupabaseLayer } from '../src/index.js';
import { valueOf } from './value-of.js';

const text = 'hello, storage';
const bytes = Buffer.from(text);

/** Inputs for every operation. What they need is prepared through `helper`, a second layer whose requests nobody counts. */
export const sampleInputs = (helper: SupabaseLayer, downloadRequests = 1): LayerHarness['samples'] => {
  const { files, buckets, sql: database } = helper.ports;
  const call = () => createTestCall();
  const newBucket = async (): Promise<string> => {
    const id = `bucket-${randomUUID()}`;
    return valueOf(await buckets.create({ id }, call())).id;
  };
  const newFile = async (bucket?: string) => {
    const place = { bucket: bucket ?? (await newBucket()), path: `folder/${randomUUID()} (1)+&=.txt` };
    const input = {
      ...place,
      body: sourceFromBytes(bytes),
      contentType: 'text/plain',
      metadata: { snake_key: 'kept' },
    };
    valueOf(await files.upload(input, call()));
    return place;
  };
  const insert = sql`insert into samples values (7) returning n`;
  const checkInfo = (info: FileInfo): void => {
    assert.equal(info.sizeBytes, bytes.length);
    assert.equal(info.contentType, 'text/plain');
    assert.match(info.etag, /./);
    assert.deepEqual(info.metadata, { snake_key: 'kept' });
  };
  let key = '';
  let last = { bucket: '', path: '' };
  let target: BytesTarget = targetToBytes();
  const settled = async () => {
    key = randomUUID();
    const keyed = createTestCall({ idempotencyKey: key });
    valueOf(await database.batch({ statements: [insert] }, keyed));
    return { key, digest: digestOf([insert.text]), attemptIds: [randomUUID()] };
  };
  const newKey = (): string => (key = randomUUID());

  return {
    'sql.read': { input: () => sql`select ${7}::int as n`, check: ({ rows }) => assert.deepEqual(rows, [{ n: 7 }]) },
    'sql.write': {
      input: () => insert,
      check: ({ rows }) => assert.deepEqual(rows, [{ n: 7 }]),
      idempotencyKey: newKey,
    },
    'sql.batch': {
      input: () => ({ statements: [insert] }),
      check: ([result]) => assert.deepEqual(result?.rows, [{ n: 7 }]),
      idempotencyKey: newKey,
    },
    'sql.settle': { input: settled, check: ({ state }) => assert.equal(state, 'happened') },
    'buckets.list': {
      input: async () => ({ id: await newBucket() }),
      check: (found) => assert.ok(found.length > 0),
    },
    'buckets.get': {
      input: async () => ({ id: await newBucket() }),
      check: ({ public: isPublic }) => assert.equal(isPublic, false),
    },
    'buckets.create': {
      input: () => ({ id: `bucket-${randomUUID()}`, fileSizeLimit: 1000, allowedMimeTypes: ['text/*'] }),
      check: ({ fileSizeLimit, allowedMimeTypes }) =>
        assert.deepEqual([fileSizeLimit, allowedMimeTypes], [1000, ['text/*']]),
      requests: 2,
    },
    'buckets.update': {
      input: async () => ({ id: await newBucket(), public: true }),
      check: ({ public: isPublic }) => assert.equal(isPublic, true),
      requests: 2,
    },
    'buckets.empty': { input: async () => ({ id: (await newFile()).bucket }), check: assertNothing, requests: 2 },
    'buckets.delete': { input: async () => ({ id: await newBucket() }), check: assertNothing },
    'files.upload': {
      input: async () => ({
        bucket: await newBucket(),
        path: 'a/b.txt',
        body: sourceFromBytes(bytes),
        contentType: 'text/plain',
        metadata: { snake_key: 'kept' },
      }),
      check: ({ sizeBytes, contentType, verified }) =>
        assert.deepEqual([sizeBytes, contentType, verified], [bytes.length, 'text/plain', 'size']),
    },
    'files.download': {
      input: async () => ({ ...(await newFile()), to: (target = targetToBytes()) }),
      check: (received) => {
        assert.deepEqual([received.sizeBytes, received.contentType], [bytes.length, 'text/plain']);
        assert.equal(Buffer.from(target.bytes() ?? []).toString(), text);
      },
      requests: downloadRequests,
    },
    'files.list': {
      input: async () => ({ bucket: (await newFile()).bucket, prefix: 'folder/' }),
      check: ({ items, next }) =>
        assert.deepEqual([items.map(({ sizeBytes }) => sizeBytes), next], [[bytes.length], undefined]),
    },
    'files.info': { input: () => newFile(), check: checkInfo },
    'files.exists': { input: () => newFile(), check: (exists) => assert.equal(exists, true) },
    'files.move': {
      input: async () => ({ ...(last = await newFile()), to: { bucket: last.bucket, path: 'moved' } }),
      check: assertNothing,
    },
    'files.copy': {
      input: async () => ({ ...(last = await newFile()), to: { bucket: last.bucket, path: 'copied' } }),
      check: assertNothing,
    },
    'files.remove': {
      input: async () => {
        last = await newFile();
        return { bucket: last.bucket, paths: [last.path, 'none'] };
      },
      check: ({ missing }) => assert.ok(missing.includes('none')),
      state: async () => valueOf(await files.exists(last, call())),
    },
    'files.sign': {
      input: async () => ({ ...(await newFile()), expiresInSeconds: 60 }),
      check: ({ url }) => assert.match(url, /token=/),
    },
    'files.signUpload': {
      input: async () => ({ bucket: await newBucket(), path: 'new' }),
      check: ({ token }) => assert.match(token, /\./),
    },
    'files.publicUrl': {
      input: () => ({ bucket: 'b', path: 'a b' }),
      check: ({ url }) => assert.match(url, /\/public\/b\/a%20b$/),
      requests: 0,
    },
  };
};

const assertNothing = (output: undefined | void): void => assert.equal(output, undefined);
