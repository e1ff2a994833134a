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
};

describeLayerContract('layer mcp over a fake client', () => {
  const client = createFakeMcpClient({ answers: fakeProject });
  const layer = createMcpLayer({ connect: client, projectRef: 'ref' });
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
