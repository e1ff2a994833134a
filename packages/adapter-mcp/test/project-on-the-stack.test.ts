import { createTestCall } from '@hybrid-supabase/contract-tests';
import type { Layer } from '@hybrid-supabase/core';
import type { LocalStack } from '@hybrid-supabase/local-stack';
import { createMcpLayer, stdio, type McpPorts } from '../src/index.js';
import { answerOf } from './answer-of.js';
import { startStack } from './official-server.js';

let stack: LocalStack;
let layer: Layer<McpPorts>;

beforeAll(async () => {
  stack = await startStack();
  const { accessToken, projectRef, managementUrl: apiUrl, url: projectUrl } = stack;
  layer = createMcpLayer({ connect: stdio({ accessToken, projectRef, apiUrl }), projectRef, projectUrl });
}, 60_000);
afterAll(async () => {
  await layer.close();
  await stack.stop();
});

const call = createTestCall;

test('the types are those of the database as it is', async () => {
  answerOf(await layer.ports.sql.write({ text: 'create table typed (amount numeric not null)', values: [] }, call()));
  const { typescript } = answerOf(await layer.ports.project.types({}, call()));
  expect(typescript).toMatch(/typed/);
  expect(typescript).toMatch(/amount/);
});

test('the advice names a table that everybody may read', async () => {
  const lints = answerOf(await layer.ports.project.advisors({ type: 'security' }, call()));
  expect(JSON.stringify(lints)).toMatch(/rls_disabled_in_public/);
  expect(JSON.stringify(lints)).toMatch(/notes/);
  expect(Array.isArray(answerOf(await layer.ports.project.advisors({ type: 'performance' }, call())))).toBe(true);
});

test('logs are a list, even where there are none', async () => {
  expect(answerOf(await layer.ports.project.logs({ sql: 'select 1' }, call()))).toEqual([]);
});

test('the keys are those a client may hold, and never the service key', async () => {
  const keys = answerOf(await layer.ports.project.keys({}, call()));
  expect(keys).toEqual([{ name: 'anon', apiKey: stack.anonKey, type: 'legacy' }]);
  expect(JSON.stringify(keys)).not.toContain(stack.serviceRoleKey);
});

test('an unknown project is one clear error, leaves no token in it, and harms no other layer', async () => {
  const { accessToken, managementUrl: apiUrl } = stack;
  const projectRef = 'nosuchprojectatall00';
  const other = createMcpLayer({ connect: stdio({ accessToken, projectRef, apiUrl }), projectRef });
  for (let time = 0; time < 2; time += 1) {
    const error = (await other.probe(call()))._unsafeUnwrapErr();
    expect(error).toMatchObject({ kind: 'unavailable', effect: 'none', code: 'project-not-found' });
    expect(JSON.stringify(error)).not.toContain(accessToken);
  }
  answerOf(await layer.probe(call()));
  await other.close();
});
