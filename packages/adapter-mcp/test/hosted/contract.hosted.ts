import assert from 'node:assert/strict';
import { randomBytes } from 'node:crypto';
import { createTestCall, startFaultyProxy, type LayerHarness } from '@hybrid-supabase/contract-tests';
import { describeLayerContract } from '@hybrid-supabase/contract-tests/jest';
import type { Layer } from '@hybrid-supabase/core';
import { createMcpLayer, stdio, type McpPorts } from '../../src/index.js';
import { answerOf } from '../answer-of.js';
import { readHostedSettings } from './hosted-settings.js';

const settings = readHostedSettings();
const projectRef = settings.SUPABASE_PROJECT_REF;
const accessToken = settings.SUPABASE_ACCESS_TOKEN;
const run = `hosted${randomBytes(4).toString('hex')}`;
const schema = `hybrid_${run}`;
const prefix = `hybrid-${run}-`;
let made = 0;
const fresh = (): string => `${prefix}${(made += 1)}`;
const call = () => createTestCall({ timeoutMs: 120_000 });
const pause = (): Promise<void> => new Promise((resolve) => setTimeout(resolve, settings.SUPABASE_TEST_PAUSE_MS));

let cleaner: Layer<McpPorts>;

beforeAll(async () => {
  const connect = stdio({ accessToken, projectRef, apiUrl: settings.SUPABASE_API_URL });
  cleaner = createMcpLayer({ connect, projectRef });
  const { sql } = cleaner.ports;
  answerOf(await sql.write({ text: `create schema ${schema}`, values: [] }, call()));
  answerOf(await sql.write({ text: `create table ${schema}.notes (body text)`, values: [] }, call()));
});

afterAll(async () => {
  const { sql, buckets, policies } = cleaner.ports;
  await pause();
  answerOf(await sql.write({ text: `drop schema if exists ${schema} cascade`, values: [] }, call()));
  for (const { name } of answerOf(await policies.list({}, call())))
    if (name.startsWith(prefix)) answerOf(await policies.drop({ name }, call()));
  for (const { id } of answerOf(await buckets.list({}, call()))) if (id.startsWith(prefix)) await deleteBucket(id);
  await cleaner.close();
});

// A hosted project refuses to delete buckets by SQL.
const deleteBucket = async (id: string): Promise<void> => {
  const key = settings.SUPABASE_SERVICE_ROLE_KEY;
  const headers = { apikey: key, authorization: `Bearer ${key}` };
  const answer = await fetch(new URL(`/storage/v1/bucket/${id}`, settings.SUPABASE_URL), { method: 'DELETE', headers });
  assert.ok(answer.ok, `The bucket ${id} is still there: ${answer.status}`);
};

/** What leaves no trace beyond the throwaway names: no migration, no branch, no change of the configuration. */
const samplesOf = ({ ports: { buckets } }: Layer<McpPorts>): LayerHarness['samples'] => ({
  'sql.read': {
    input: () => ({ text: 'select $1::int8 as big', values: [9007199254740993n] }),
    check: ({ rows }) => assert.deepEqual(rows, [{ big: 9007199254740993n }]),
  },
  'sql.write': {
    input: () => ({ text: `insert into ${schema}.notes values ($1)`, values: ["it's"] }),
    check: ({ rowCount }) => assert.equal(rowCount, 1),
  },
  'migrations.list': { input: () => ({}), check: (list) => assert.ok(Array.isArray(list)) },
  'buckets.get': {
    input: async () => ({ id: answerOf(await buckets.create({ id: fresh() }, call())).id }),
    check: ({ id }) => assert.ok(id.startsWith(prefix)),
  },
  'buckets.create': {
    input: () => ({ id: fresh(), fileSizeLimit: 2048 }),
    check: ({ fileSizeLimit }) => assert.equal(fileSizeLimit, 2048),
  },
  'policies.list': { input: () => ({}), check: (list) => assert.ok(Array.isArray(list)) },
  'policies.create': {
    input: () => ({ bucket: fresh(), name: fresh(), command: 'select' }),
    check: ({ command }) => assert.equal(command, 'select'),
  },
  'config.get': { input: () => ({}), check: ({ fileSizeLimit }) => assert.ok(fileSizeLimit > 0) },
  'branches.list': { input: () => ({}), check: (list) => assert.ok(Array.isArray(list)) },
  'project.extensions': { input: () => ({}), check: (list) => assert.ok(list.length > 0) },
});

describeLayerContract('layer mcp on a hosted project', async () => {
  await pause();
  const proxy = await startFaultyProxy({ target: settings.SUPABASE_API_URL });
  const layer = createMcpLayer({ connect: stdio({ accessToken, projectRef, apiUrl: proxy.url }), projectRef });
  return {
    layer,
    samples: samplesOf(layer),
    secrets: [accessToken, settings.SUPABASE_SERVICE_ROLE_KEY],
    sent: () => proxy.requests(),
    breakBackend: (fault) => proxy.break(fault),
    heal: () => proxy.heal(),
    close: async () => {
      await layer.close();
      await proxy.close();
    },
  };
});
