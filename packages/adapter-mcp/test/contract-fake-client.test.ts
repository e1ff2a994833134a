import assert from 'node:assert/strict';
import type { LayerHarness } from '@hybrid-supabase/contract-tests';
import { describeLayerContract } from '@hybrid-supabase/contract-tests/jest';
import { createMcpLayer } from '../src/index.js';
import { createFakeMcpClient } from './fake-mcp-client.js';
import { fakeProject } from './fake-project.js';

const photos = {
  id: 'photos',
  public: false,
  fileSizeLimit: 1024,
  allowedMimeTypes: ['image/png'],
  createdAt: '2026-11-22T20:15:00.000Z',
};

const developBranch = {
  id: 'b1',
  name: 'develop',
  projectRef: 'branchref',
  isDefault: false,
  status: 'FUNCTIONS_DEPLOYED',
};

const samples: LayerHarness['samples'] = {
  'sql.read': {
    input: () => ({ text: 'select 1 as one', values: [] }),
    check: ({ rows }) => assert.deepEqual(rows, [{ one: 1 }]),
  },
  'sql.write': {
    input: () => ({ text: 'insert into notes default values', values: [] }),
    check: ({ rowCount }) => assert.equal(rowCount, 1),
  },
  'migrations.list': {
    input: () => ({}),
    check: (migrations) => assert.deepEqual(migrations, [{ version: '20261122201500', name: 'first' }]),
  },
  'migrations.apply': {
    input: () => ({ name: 'second', query: 'create table second ()' }),
    check: (applied) => assert.deepEqual(applied, { name: 'second' }),
  },
  'buckets.list': { input: () => ({}), check: (buckets) => assert.deepEqual(buckets, [photos]), requests: 2 },
  'buckets.get': { input: () => ({ id: 'photos' }), check: (bucket) => assert.deepEqual(bucket, photos) },
  'buckets.create': { input: () => ({ id: 'photos' }), check: (bucket) => assert.deepEqual(bucket, photos) },
  'policies.list': { input: () => ({}), check: (policies) => assert.deepEqual(policies, []) },
  'policies.drop': { input: () => ({ name: 'mine' }), check: (nothing) => assert.equal(nothing, undefined) },
  'config.get': {
    input: () => ({}),
    check: (config) => assert.deepEqual(config, { fileSizeLimit: 1000, imageTransformation: true, s3Protocol: false }),
  },
  'config.update': {
    input: () => ({ fileSizeLimit: 5 }),
    check: (config) => assert.deepEqual(config, { fileSizeLimit: 5, imageTransformation: true, s3Protocol: false }),
    requests: 2,
  },
  'branches.list': { input: () => ({}), check: (list) => assert.deepEqual(list, [developBranch]) },
  'branches.get': { input: () => ({ id: 'b1' }), check: (branch) => assert.deepEqual(branch, developBranch) },
  'branches.create': {
    input: () => ({ name: 'develop', confirmCost: true }),
    check: (branch) => assert.deepEqual(branch, developBranch),
  },
  'branches.delete': { input: () => ({ id: 'b1' }), check: (nothing) => assert.equal(nothing, undefined) },
  'project.url': {
    input: () => ({}),
    check: ({ url }) => assert.equal(url, 'https://ref.example.test'),
    requests: 0,
  },
  'project.keys': {
    input: () => ({}),
    check: (keys) => assert.deepEqual(keys, [{ name: 'anon', type: 'legacy', apiKey: 'public-key' }]),
  },
  'project.logs': {
    input: () => ({ sql: 'select event_message from logs' }),
    check: (rows) => assert.deepEqual(rows, [{ event_message: 'hello' }]),
  },
  'project.advisors': {
    input: () => ({ type: 'security' }),
    check: (lints) => assert.deepEqual(lints, [{ name: 'no_policy', count: 1 }]),
  },
  'project.types': {
    input: () => ({}),
    check: ({ typescript }) => assert.equal(typescript, 'export type Json = string'),
  },
  'project.tables': {
    input: () => ({}),
    check: (tables) =>
      assert.deepEqual(tables, [
        { schema: 'public', name: 'notes', rowLevelSecurity: true, columns: [{ name: 'body', type: 'text' }] },
      ]),
  },
  'project.extensions': {
    input: () => ({}),
    check: (list) => assert.deepEqual(list, [{ name: 'pgcrypto', defaultVersion: '1.3', installedVersion: null }]),
  },
};

describeLayerContract('layer mcp over a fake client', () => {
  const client = createFakeMcpClient({ answers: fakeProject });
  const layer = createMcpLayer({ connect: client, projectRef: 'ref', projectUrl: 'https://ref.example.test' });
  return {
    layer,
    samples,
    sent: () => client.requests.length,
    breakBackend: (fault) => {
      client.break(fault);
      return true;
    },
    heal: () => client.heal(),
    close: () => layer.close(),
  };
});
