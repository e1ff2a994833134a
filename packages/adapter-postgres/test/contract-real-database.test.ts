import assert from 'node:assert/strict';
import { randomUUID } from 'node:crypto';
import type { LayerHarness } from '@hybrid-supabase/contract-tests';
import { describeLayerContract } from '@hybrid-supabase/contract-tests/jest';
import { createPostgresLayer } from '../src/index.js';
import { startFaultyPostgresProxy } from './faulty-postgres-proxy.js';
import { startDatabase, type TestDatabase } from './start-database.js';

let database: TestDatabase;

beforeAll(async () => void (database = await startDatabase()));
afterAll(() => database.stack.stop());

const policyName = (): string => `p_${randomUUID()}`;

const samples: LayerHarness['samples'] = {
  'sql.read': {
    input: () => ({ text: 'select 1 as one, $1 as two', values: ['2'] }),
    check: ({ rows }) => assert.deepEqual(rows, [{ one: 1, two: '2' }]),
  },
  'sql.write': {
    input: () => ({ text: 'insert into samples values ($1) returning n', values: [7] }),
    check: ({ rows, rowCount }) => assert.deepEqual([rows, rowCount], [[{ n: 7 }], 1]),
  },
  'sql.batch': {
    input: () => ({ statements: [{ text: 'insert into samples values (1)', values: [] }] }),
    check: (results) => assert.equal(results[0]?.rowCount, 1),
    idempotencyKey: randomUUID,
  },
  'sql.settle': {
    input: () => ({ key: randomUUID(), digest: 'd', attemptIds: ['a'] }),
    check: (settlement) => assert.deepEqual(settlement, { state: 'fenced' }),
  },
  'migrations.list': {
    input: () => ({}),
    check: ([first, second]) => assert.deepEqual([first?.name, second?.name], ['hybrid', 'samples']),
  },
  'migrations.apply': {
    input: () => ({ name: 'more', query: 'insert into samples values (2) -- and no more' }),
    check: (applied) => assert.deepEqual(applied, { name: 'more' }),
    idempotencyKey: randomUUID,
  },
  'policies.list': { input: () => ({}), check: (policies) => assert.ok(Array.isArray(policies)) },
  'policies.create': {
    input: () => ({ bucket: 'photos', name: policyName(), command: 'select' }),
    check: ({ command }) => assert.equal(command, 'select'),
  },
  'policies.drop': {
    async input() {
      const name = policyName();
      await database.query(`create policy "${name}" on storage.objects for select using (true)`);
      return { name };
    },
    check: (nothing) => assert.equal(nothing, undefined),
  },
};

describeLayerContract('layer postgres over a real database', async () => {
  const proxy = await startFaultyPostgresProxy(database.target);
  const layer = createPostgresLayer({ connectionString: database.urlAt(proxy.port) });
  return {
    layer,
    samples,
    secrets: [database.password],
    sent: proxy.requests,
    breakBackend: (fault) => fault !== 'throws' && proxy.break(fault),
    heal: proxy.heal,
    close: async () => {
      await layer.close();
      await proxy.close();
    },
  };
});
