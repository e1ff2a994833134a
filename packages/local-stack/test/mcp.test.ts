import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { Client } from '@modelcontextprotocol/sdk/client/index.js';
import { StdioClientTransport } from '@modelcontextprotocol/sdk/client/stdio.js';
import type { LocalStack } from '../src/index.js';
import { createBranchClient } from './branch-client.js';
import { query, start } from './stack-client.js';

// A started database takes its time on a busy machine.
jest.setTimeout(60_000);

let stack: LocalStack;
let client: Client;

beforeAll(async () => {
  stack = await start();
  const resolve = createRequire(__filename).resolve;
  const server = join(dirname(resolve('@supabase/mcp-server-supabase')), 'cli.js');
  client = new Client({ name: 'local-stack-test', version: '1' });
  await client.connect(
    new StdioClientTransport({
      command: process.execPath,
      args: [
        server,
        `--api-url=${stack.managementUrl}`,
        '--features=account,database,debugging,storage,development,branching',
      ],
      env: { SUPABASE_ACCESS_TOKEN: stack.accessToken },
      stderr: 'pipe',
    }),
  );
}, 60_000);
afterAll(async () => {
  await client?.close();
  await stack?.stop();
});

/** A tool that asks for a project, of the stack's own one. */
const call = (name: string, input: Readonly<Record<string, unknown>> = {}): Promise<unknown> =>
  callTool(name, { project_id: stack.projectRef, ...input });

async function callTool(name: string, input: Readonly<Record<string, unknown>> = {}): Promise<unknown> {
  const { content } = await client.callTool({ name, arguments: { ...input } });
  const [first] = Array.isArray(content) ? content : [];
  const text: unknown = typeof first === 'object' && first !== null ? Reflect.get(first, 'text') : undefined;
  return typeof text === 'string' ? JSON.parse(text) : undefined;
}

describe('the official MCP server', () => {
  test('runs SQL', async () => {
    expect(await call('execute_sql', { query: 'select 6 * 7 as answer' })).toEqual({
      result: expect.stringContaining('[{"answer":42}]'),
    });
  });

  test('passes on what the database refused', async () => {
    expect(await call('execute_sql', { query: 'select * from nowhere' })).toEqual({
      error: {
        name: 'Error',
        message: expect.stringMatching(/^Failed to run sql query: ERROR: {2}42P01: .*\nLINE 1: /),
      },
    });
  });

  test('lists buckets made by SQL', async () => {
    await query(stack, `insert into storage.buckets (id, name) values ('seen', 'seen')`);
    expect(await call('list_storage_buckets')).toEqual({
      buckets: [expect.objectContaining({ id: 'seen', public: false })],
    });
  });

  test('applies and lists migrations', async () => {
    expect(
      await call('apply_migration', { name: 'first', query: 'create table migrated (id int primary key)' }),
    ).toEqual({ success: true });
    expect(await call('list_migrations')).toEqual({ migrations: [{ name: 'first', version: expect.any(String) }] });
  });

  test('accepts the shape of tables and extensions', async () => {
    expect(await call('list_tables', { schemas: ['public'] })).toMatchObject({ tables: [{ name: 'public.migrated' }] });
    expect(await call('list_extensions')).toMatchObject({
      extensions: expect.arrayContaining([expect.objectContaining({ name: 'pgcrypto' })]),
    });
  });

  test('reads and changes the storage configuration', async () => {
    const features = { imageTransformation: { enabled: false }, s3Protocol: { enabled: true } };
    expect(await call('update_storage_config', { config: { fileSizeLimit: 4096, features } })).toEqual({
      success: true,
    });
    expect(await call('get_storage_config')).toMatchObject({ fileSizeLimit: 4096, features });
  });

  test('hands out the anon key and never the service key', async () => {
    const keys = await call('get_publishable_keys');
    expect(keys).toMatchObject({ keys: [{ api_key: stack.anonKey, name: 'anon' }] });
    expect(JSON.stringify(keys)).not.toContain(stack.serviceRoleKey);
  });

  test('gets types, advice and logs', async () => {
    expect(await call('generate_typescript_types')).toEqual({ types: expect.stringContaining('migrated: {') });
    expect(await call('get_advisors', { type: 'security' })).toMatchObject({
      result: { lints: [{ name: 'rls_disabled_in_public', count: 1, findings: [{ metadata: { name: 'migrated' } }] }] },
    });
    expect(await call('get_advisors', { type: 'performance' })).toEqual({ result: { lints: [] } });
    expect(await call('query_logs', { sql: 'select 1' })).toEqual({ result: expect.stringContaining('"result":[]') });
  });

  test('finds organisation, project and prices', async () => {
    expect(await callTool('list_organizations')).toMatchObject({ organizations: [{ id: 'local' }] });
    expect(await callTool('get_organization', { id: 'local' })).toMatchObject({ id: 'local', plan: 'free' });
    expect(await callTool('list_projects')).toMatchObject({ projects: [{ id: stack.projectRef }] });
    expect(await callTool('get_project', { id: stack.projectRef })).toMatchObject({ organization_id: 'local' });
    const free = { type: 'project', recurrence: 'monthly', amount: 0 };
    expect(await callTool('get_cost', { type: 'project', organization_id: 'local' })).toEqual(free);
  });

  test('makes, follows, merges, rebases, resets and deletes a branch', async () => {
    const { statesOf } = createBranchClient(stack);
    const cost = await callTool('get_cost', { type: 'branch', organization_id: 'local' });
    const consent = await callTool('confirm_cost', typeof cost === 'object' ? { ...cost } : {});
    const id = (value: unknown, name: string): string => String(Object(value)[name]);
    const confirmation = id(consent, 'confirmation_id');
    const made = await call('create_branch', { name: 'trial', confirm_cost_id: confirmation });
    const branch = { branch_id: id(made, 'id') };
    const project = { project_id: id(made, 'project_ref') };
    await statesOf(branch.branch_id);
    expect(await callTool('list_migrations', project)).toEqual(await call('list_migrations'));
    await callTool('apply_migration', { ...project, name: 'second', query: 'create table tried (id int primary key)' });
    for (const tool of ['merge_branch', 'rebase_branch', 'reset_branch']) {
      expect(await callTool(tool, branch)).toEqual({ success: true });
      for (const each of await createBranchClient(stack).list()) await statesOf(each.id);
    }
    expect(await callTool('list_migrations', project)).toEqual(await call('list_migrations'));
    expect(await callTool('execute_sql', { ...project, query: 'select * from tried' })).toHaveProperty('result');
    expect(await call('execute_sql', { query: 'select * from tried' })).toHaveProperty('result');
    expect(await callTool('delete_branch', branch)).toEqual({ success: true });
    expect(await call('list_branches')).toMatchObject({ branches: [{ name: 'main', is_default: true }] });
  });
});
