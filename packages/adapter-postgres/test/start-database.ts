import assert from 'node:assert/strict';
import { createTestCall } from '@hybrid-supabase/contract-tests';
import { startLocalStack, type LocalStack } from '@hybrid-supabase/local-stack';
import { installSql } from '@hybrid-supabase/sql';
import { createPostgresLayer } from '../src/index.js';

/** A stack, and the login of a user who works as `postgres`, as in a hosted project. */
export interface TestDatabase {
  readonly stack: LocalStack;
  readonly password: string;
  readonly target: { readonly host: string; readonly port: number };
  /** The connection string, with another port where a proxy stands before the database. */
  urlAt(port: number): string;
  /** Rows of one statement on a connection that is no layer's. */
  query(text: string): Promise<readonly Readonly<Record<string, unknown>>[]>;
}

const login = 'direct_login';

/** Starts a stack with the schema `hybrid`, installed through the layer itself, and a table without any constraint. */
export const startDatabase = async (): Promise<TestDatabase> => {
  const stack = (await startLocalStack())._unsafeUnwrap();
  const password = `pw-${stack.jwtSecret.slice(0, 24)}`;
  const { hostname: host, port } = new URL(stack.databaseUrl);
  const query: TestDatabase['query'] = async (text) =>
    (await stack.query(text)).match(
      (rows) => rows,
      (error) => assert.fail(`${error.message} ${error.detail}`),
    );
  await query(`create role ${login} login password '${password}' in role postgres`);
  await query(`alter role ${login} set role = 'postgres'`);
  const urlAt = (at: number): string => `postgresql://${login}:${password}@127.0.0.1:${at}/postgres`;
  const target = { host, port: Number(port) };
  await install(urlAt(target.port));
  return { stack, password, target, urlAt, query };
};

const install = async (connectionString: string): Promise<void> => {
  const layer = createPostgresLayer({ connectionString });
  const apply = async (name: string, text: string) =>
    (await layer.ports.migrations.apply({ name, query: text }, createTestCall()))._unsafeUnwrap();
  await apply('hybrid', installSql);
  await apply('samples', 'create table public.samples (n int)');
  await layer.close();
};
