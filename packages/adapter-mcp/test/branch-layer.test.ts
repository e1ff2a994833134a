import { createTestCall } from '@hybrid-supabase/contract-tests';
import type { Branch, Layer } from '@hybrid-supabase/core';
import type { LocalStack } from '@hybrid-supabase/local-stack';
import { createBranchLayer, createMcpLayer, stdio, type McpConnector, type McpPorts } from '../src/index.js';
import { answerOf } from './answer-of.js';
import { startStack } from './official-server.js';

let stack: LocalStack;
let parent: Layer<McpPorts>;
let branch: Branch;
let own: Layer<McpPorts>;

const call = createTestCall;
const count = (table: string) => ({ text: `select count(*)::int4 as n from ${table}`, values: [] });

beforeAll(async () => {
  stack = await startStack();
  const { accessToken, managementUrl: apiUrl } = stack;
  const connectTo = (projectRef: string): McpConnector => stdio({ accessToken, projectRef, apiUrl });
  const { projectRef } = stack;
  parent = createMcpLayer({ connect: connectTo(projectRef), projectRef, branchPollMs: 20 });
  const { id } = answerOf(await parent.ports.branches.create({ name: 'develop', confirmCost: true }, call()));
  branch = answerOf(await parent.ports.branches.get({ id }, call()));
  own = createBranchLayer({ branch, connectTo });
}, 120_000);

afterAll(async () => {
  await own.close();
  await parent.close();
  await stack.stop();
});

test('it is named after the branch, and is another project', () => {
  expect(own.name).toBe('mcp:develop');
  expect(branch.projectRef).not.toBe(stack.projectRef);
});

test("it begins with the parent's migrations and none of its rows", async () => {
  answerOf(await parent.ports.sql.write({ text: "insert into notes values ('of the parent')", values: [] }, call()));
  expect(answerOf(await own.ports.sql.read(count('notes'), call())).rows).toEqual([{ n: 0 }]);
  const names = async ({ ports }: Layer<McpPorts>) =>
    answerOf(await ports.migrations.list({}, call())).map(({ name }) => name);
  expect(await names(own)).toEqual(await names(parent));
});

test('what is made on it is not in the parent until it is merged', async () => {
  answerOf(await own.ports.migrations.apply({ name: 'ideas', query: 'create table ideas (body text)' }, call()));
  answerOf(await own.ports.sql.write({ text: "insert into ideas values ('rough')", values: [] }, call()));
  answerOf(await own.ports.buckets.create({ id: 'drafts' }, call()));
  const before = (await parent.ports.sql.read(count('ideas'), call()))._unsafeUnwrapErr();
  expect(before).toMatchObject({ sqlState: '42P01', layer: 'mcp' });
  expect(answerOf(await parent.ports.buckets.list({}, call()))).toEqual([]);

  const merging = call();
  answerOf(await parent.ports.branches.merge({ id: branch.id }, merging));
  expect(merging.notes.at(-1)).toBe('Branch main: FUNCTIONS_DEPLOYED.');
  // The migration came over; rows and buckets did not.
  expect(answerOf(await parent.ports.sql.read(count('ideas'), call())).rows).toEqual([{ n: 0 }]);
  expect(answerOf(await own.ports.sql.read(count('ideas'), call())).rows).toEqual([{ n: 1 }]);
  expect(answerOf(await parent.ports.buckets.list({}, call()))).toEqual([]);
});

test('a rebase brings what the parent has gained', async () => {
  answerOf(await parent.ports.migrations.apply({ name: 'news', query: 'create table news (body text)' }, call()));
  expect((await own.ports.sql.read(count('news'), call()))._unsafeUnwrapErr().sqlState).toBe('42P01');
  answerOf(await parent.ports.branches.rebase({ id: branch.id }, call()));
  expect(answerOf(await own.ports.sql.read(count('news'), call())).rows).toEqual([{ n: 0 }]);
});

test('a reset takes away what was not in a migration', async () => {
  answerOf(await own.ports.sql.write({ text: 'create table scratch ()', values: [] }, call()));
  answerOf(await parent.ports.branches.reset({ id: branch.id }, call()));
  expect((await own.ports.sql.read(count('scratch'), call()))._unsafeUnwrapErr().sqlState).toBe('42P01');
  expect(answerOf(await own.ports.sql.read(count('ideas'), call())).rows).toEqual([{ n: 0 }]);
});

test('its run that fails is a failure with the status as its code, and the branch says so', async () => {
  answerOf(await parent.ports.sql.write({ text: 'create table clash ()', values: [] }, call()));
  answerOf(await own.ports.migrations.apply({ name: 'clash', query: 'create table clash ()' }, call()));
  const failed = await parent.ports.branches.merge({ id: branch.id }, call());
  expect(failed._unsafeUnwrapErr()).toMatchObject({ kind: 'failed', effect: 'unknown', code: 'MIGRATIONS_FAILED' });
});

test('a branch that was deleted is a project that is not there', async () => {
  answerOf(await parent.ports.branches.delete({ id: branch.id }, call()));
  const gone = (await own.ports.sql.read(count('ideas'), call()))._unsafeUnwrapErr();
  expect(gone).toMatchObject({ kind: 'unavailable', effect: 'none', code: 'project-not-found', layer: 'mcp:develop' });
});
