import assert from 'node:assert/strict';
import { createTestCall, type LayerHarness } from '@hybrid-supabase/contract-tests';
import { describeLayerContract } from '@hybrid-supabase/contract-tests/jest';
import type { Layer } from '@hybrid-supabase/core';
import type { LocalStack } from '@hybrid-supabase/local-stack';
import { digestOf } from '@hybrid-supabase/sql';
import type { McpPorts } from '../src/index.js';
import { answerOf } from './answer-of.js';
import { openOfficialServer, startStack } from './official-server.js';

let stack: LocalStack;
let made = 0;
const fresh = (what: string): string => `${what}-${(made += 1)}`;

beforeAll(async () => {
  stack = await startStack();
}, 60_000);

afterAll(() => stack.stop());

const samplesOf = ({ ports: { buckets, policies } }: Layer<McpPorts>): LayerHarness['samples'] => {
  const newBucket = async () => {
    const { id } = answerOf(await buckets.create({ id: fresh('bucket'), fileSizeLimit: 2048 }, createTestCall()));
    return { id };
  };
  const newPolicy = () => ({ bucket: 'photos', name: fresh('policy'), command: 'select' as const });
  return {
    'sql.read': {
      input: () => ({ text: 'select $1::int8 as big', values: [9007199254740993n] }),
      check: ({ rows }) => assert.deepEqual(rows, [{ big: 9007199254740993n }]),
    },
    'sql.write': {
      input: () => ({ text: 'insert into notes values ($1)', values: ['written'] }),
      check: ({ rowCount }) => assert.equal(rowCount, 1),
    },
    'sql.batch': {
      input: () => ({ statements: [{ text: 'insert into notes values ($1) returning body', values: ["it's"] }] }),
      check: ([result]) => assert.deepEqual(result?.rows, [{ body: "it's" }]),
    },
    'sql.settle': {
      input: () => ({ key: fresh('key'), digest: digestOf(['select 1']), attemptIds: ['lost'] }),
      check: (settlement) => assert.deepEqual(settlement, { state: 'fenced' }),
    },
    'migrations.list': {
      input: () => ({}),
      check: (migrations) =>
        assert.deepEqual(
          migrations.slice(0, 2).map(({ name }) => name),
          ['hybrid', 'notes'],
        ),
    },
    'migrations.apply': {
      input: () => ({ name: fresh('migration'), query: 'create table if not exists applied ()' }),
      check: ({ name }) => assert.match(name, /^migration-/),
    },
    'buckets.list': {
      input: async () => {
        await newBucket();
        return {};
      },
      check: (list) =>
        assert.ok(list.some(({ id, fileSizeLimit }) => id.startsWith('bucket-') && fileSizeLimit === 2048)),
      requests: 2,
    },
    'buckets.get': { input: newBucket, check: ({ fileSizeLimit }) => assert.equal(fileSizeLimit, 2048) },
    'buckets.create': {
      input: () => ({ id: fresh('bucket'), allowedMimeTypes: ['image/*'] }),
      check: ({ allowedMimeTypes }) => assert.deepEqual(allowedMimeTypes, ['image/*']),
    },
    'buckets.update': {
      input: async () => ({ ...(await newBucket()), public: true }),
      check: (bucket) => assert.equal(bucket.public, true),
    },
    'policies.list': { input: () => ({}), check: (list) => assert.ok(Array.isArray(list)) },
    'policies.create': { input: newPolicy, check: ({ command }) => assert.equal(command, 'select') },
    'policies.drop': {
      input: async () => ({ name: answerOf(await policies.create(newPolicy(), createTestCall())).name }),
      check: (nothing) => assert.equal(nothing, undefined),
    },
  };
};

describeLayerContract('layer mcp over the official server', async () => {
  const { layer, proxy, close } = await openOfficialServer(stack);
  return {
    layer,
    samples: samplesOf(layer),
    secrets: [stack.accessToken, stack.jwtSecret, stack.databaseUrl],
    sent: () => proxy.requests(),
    breakBackend: (fault) => proxy.break(fault),
    heal: () => proxy.heal(),
    close,
  };
});
