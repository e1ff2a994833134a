import assert from 'node:assert/strict';
import type { LayerHarness } from '@hybrid-supabase/contract-tests';
import { describeLayerContract } from '@hybrid-supabase/contract-tests/jest';
import { createPostgresLayer } from '../src/index.js';
import { fakeDatabase } from './fake-database.js';
import { createFakePool } from './fake-pool.js';

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
  'policies.list': { input: () => ({}), check: (policies) => assert.deepEqual(policies, []) },
  'policies.drop': { input: () => ({ name: 'mine' }), check: (nothing) => assert.equal(nothing, undefined) },
};

const readOnlySamples: LayerHarness['samples'] = Object.fromEntries(
  Object.entries(samples).filter(([name]) => /read$|list$/.test(name)),
);

for (const readOnly of [false, true])
  describeLayerContract(`layer postgres over a fake pool, ${readOnly ? 'read-only' : 'writing'},`, () => {
    const pool = createFakePool(fakeDatabase);
    const layer = createPostgresLayer({ pool, readOnly });
    return {
      layer,
      samples: readOnly ? readOnlySamples : samples,
      sent: () => pool.texts.length,
      breakBackend: (fault) => {
        pool.break(fault);
        return true;
      },
      heal: () => pool.heal(),
      close: async () => {
        await layer.close();
        assert.equal(pool.inUse(), 0, 'a connection was not given back');
      },
    };
  });
