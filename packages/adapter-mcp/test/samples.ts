import assert from 'node:assert/strict';
import { createTestCall, type LayerHarness } from '@hybrid-supabase/contract-tests';
import type { Layer } from '@hybrid-supabase/core';
import { digestOf } from '@hybrid-supabase/sql';
import type { McpPorts } from '../src/index.js';
import { answerOf } from './answer-of.js';

let made = 0;
const fresh = (what: string): string => `${what}-${(made += 1)}`;

/** Samples of every operation over the official server and a local stack with its fake platform. */
export const createSamples = ({ ports: { buckets, policies, branches } }: Layer<McpPorts>): LayerHarness['samples'] => {
  const newBucket = async () => {
    const { id } = answerOf(await buckets.create({ id: fresh('bucket'), fileSizeLimit: 2048 }, createTestCall()));
    return { id };
  };
  const newPolicy = () => ({ bucket: 'photos', name: fresh('policy'), command: 'select' as const });
  const newBranch = async () => {
    const made = await branches.create({ name: fresh('branch'), confirmCost: true }, createTestCall());
    return { id: answerOf(made).id };
  };
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
    'config.get': { input: () => ({}), check: ({ fileSizeLimit }) => assert.ok(fileSizeLimit > 0) },
    'config.update': {
      input: () => ({ fileSizeLimit: 4096_000 }),
      check: ({ fileSizeLimit }) => assert.equal(fileSizeLimit, 4096_000),
      requests: 2,
    },
    'branches.list': {
      input: () => ({}),
      check: (list) => assert.ok(list.some(({ isDefault, name }) => isDefault && name === 'main')),
    },
    'branches.get': { input: newBranch, check: ({ name }) => assert.match(name, /^branch-/) },
    'branches.create': {
      input: () => ({ name: fresh('branch'), confirmCost: true }),
      check: ({ status }) => assert.equal(status, 'FUNCTIONS_DEPLOYED'),
    },
    'branches.merge': { input: newBranch, check: (nothing) => assert.equal(nothing, undefined), requests: 3 },
    'branches.reset': { input: newBranch, check: (nothing) => assert.equal(nothing, undefined), requests: 3 },
    'branches.rebase': { input: newBranch, check: (nothing) => assert.equal(nothing, undefined), requests: 3 },
    'branches.delete': { input: newBranch, check: (nothing) => assert.equal(nothing, undefined) },
    'project.url': {
      input: () => ({}),
      check: ({ url }) => assert.match(url, /^http:\/\/127\.0\.0\.1:/),
      requests: 0,
    },
    'project.keys': {
      input: () => ({}),
      check: (keys) =>
        assert.deepEqual(
          keys.map(({ name }) => name),
          ['anon'],
        ),
      requests: 2,
    },
    'project.logs': {
      input: () => ({
        sql: 'select event_message from logs',
        from: '2026-11-22T20:00:00Z',
        to: '2026-11-22T21:00:00Z',
      }),
      check: (rows) => assert.deepEqual(rows, [{ event_message: 'hello' }]),
    },
    'project.advisors': {
      input: () => ({ type: 'security' }),
      check: (lints) => assert.deepEqual(lints, [{ name: 'no_policy', count: 1, findings: [{ detail: 'a' }] }]),
    },
    'project.types': { input: () => ({}), check: ({ typescript }) => assert.match(typescript, /Json/) },
    'project.tables': {
      input: () => ({}),
      check: (tables) =>
        assert.deepEqual(
          tables.filter(({ name }) => name === 'notes'),
          [{ schema: 'public', name: 'notes', rowLevelSecurity: false, columns: [{ name: 'body', type: 'text' }] }],
        ),
    },
    'project.extensions': {
      input: () => ({}),
      check: (list) => assert.ok(list.some(({ name }) => name === 'plpgsql')),
    },
  };
};
