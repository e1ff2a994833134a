import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { Client } from '@modelcontextprotocol/sdk/client/index.js';
import { StdioClientTransport } from '@modelcontextprotocol/sdk/client/stdio.js';
import type { LocalStack } from '../src/index.js';
import { query, start } from './stack-client.js';

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
        `--project-ref=${stack.projectRef}`,
        '--features=database,storage,development',
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

async function call(name: string, input: Readonly<Record<string, unknown>> = {}): Promise<unknown> {
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
});
