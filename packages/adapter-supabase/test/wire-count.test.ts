import './allow-node-20-line.js';
import { createTestCall, startFaultyProxy, type FaultRule, type FaultyProxy } from '@hybrid-supabase/contract-tests';
import type { Call } from '@hybrid-supabase/core';
import { createSupabaseLayer, sourceFromBytes, targetToBytes, type SupabaseLayer } from '../src/index.js';
import { clientVersions } from './client-versions.js';
import { testKey } from './test-key.js';

let proxy: FaultyProxy;
beforeAll(async () => {
  proxy = await startFaultyProxy({ target: 'http://127.0.0.1:1' });
});
afterEach(() => proxy.heal());
afterAll(() => proxy.close());

const bucket = 'b';
const path = 'p';
const operations: Readonly<Record<string, (layer: SupabaseLayer, call: Call) => Promise<{ isErr(): boolean }>>> = {
  'sql.read': ({ ports }, call) => ports.sql.read({ text: 'select 1', values: [] }, call),
  'sql.write': ({ ports }, call) => ports.sql.write({ text: 'insert into t values (1)', values: [] }, call),
  'buckets.list': ({ ports }, call) => ports.buckets.list({}, call),
  'buckets.get': ({ ports }, call) => ports.buckets.get({ id: bucket }, call),
  'buckets.create': ({ ports }, call) => ports.buckets.create({ id: bucket }, call),
  'buckets.update': ({ ports }, call) => ports.buckets.update({ id: bucket }, call),
  'buckets.empty': ({ ports }, call) => ports.buckets.empty({ id: bucket }, call),
  'buckets.delete': ({ ports }, call) => ports.buckets.delete({ id: bucket }, call),
  'files.upload': ({ ports }, call) =>
    ports.files.upload({ bucket, path, body: sourceFromBytes(Buffer.from('x')) }, call),
  'files.download': ({ ports }, call) => ports.files.download({ bucket, path, to: targetToBytes() }, call),
  'files.list': ({ ports }, call) => ports.files.list({ bucket }, call),
  'files.info': ({ ports }, call) => ports.files.info({ bucket, path }, call),
  'files.exists': ({ ports }, call) => ports.files.exists({ bucket, path }, call),
  'files.move': ({ ports }, call) => ports.files.move({ bucket, path, to: { bucket, path: 'q' } }, call),
  'files.copy': ({ ports }, call) => ports.files.copy({ bucket, path, to: { bucket, path: 'q' } }, call),
  'files.remove': ({ ports }, call) => ports.files.remove({ bucket, paths: [path] }, call),
  'files.sign': ({ ports }, call) => ports.files.sign({ bucket, path, expiresInSeconds: 60 }, call),
  'files.signUpload': ({ ports }, call) => ports.files.signUpload({ bucket, path }, call),
  'files.purge': ({ ports }, call) => ports.files.purge({ bucket, path }, call),
  probe: (layer, call) => layer.probe(call),
};
const faults: readonly (readonly [string, FaultRule])[] = [
  ['503', { fault: 'status', status: 503 }],
  ['520', { fault: 'status', status: 520, body: '<html>' }],
  ['a reset connection', { fault: 'diesBefore' }],
];

describe.each(clientVersions)('supabase-js %s', (_version, createClient) => {
  describe.each(faults)('meeting %s', (_fault, rule) => {
    test.each(Object.keys(operations))('sends %s once', async (name) => {
      const key = testKey({ role: 'service_role' });
      const layer = createSupabaseLayer({ url: proxy.url, key, createClient, cdn: true });
      await proxy.break(rule);
      const before = proxy.requests();
      const result = await operations[name]?.(layer, createTestCall());
      await layer.close();
      expect(result?.isErr()).toBe(true);
      expect(proxy.requests() - before).toBe(1);
    });
  });
});
