import { randomUUID } from 'node:crypto';
import { createTestCall } from '@hybrid-supabase/contract-tests';
import type { Layer } from '@hybrid-supabase/core';
import { createPostgresLayer, type PostgresPorts } from '../src/index.js';
import { startDatabase, type TestDatabase } from './start-database.js';

let database: TestDatabase;
let layer: Layer<PostgresPorts>;

beforeAll(async () => void (database = await startDatabase()));
afterAll(() => database.stack.stop());
beforeEach(() => {
  layer = openLayer(4);
});
afterEach(() => layer.close());

const openLayer = (maxConnections: number): Layer<PostgresPorts> =>
  createPostgresLayer({ connectionString: database.urlAt(database.target.port), maxConnections });

const apply = (name: string, query: string, idempotencyKey?: string) =>
  layer.ports.migrations.apply({ name, query }, createTestCall(idempotencyKey === undefined ? {} : { idempotencyKey }));
const applied = async (name: string, query: string) => (await apply(name, query))._unsafeUnwrap();
// All that start together come to their ends together.
const together = 'select pg_sleep(0.3)';
const list = async () => (await layer.ports.migrations.list({}, createTestCall()))._unsafeUnwrap();
const cell = async (text: string): Promise<unknown> =>
  (await layer.ports.sql.read({ text: `select (${text}) as it`, values: [] }, createTestCall()))._unsafeUnwrap()
    .rows[0]?.['it'];

test('a migration is in the history that the Management API shows, with its text', async () => {
  const query = `create table "it's" (body text default 'a\\b'); -- done`;
  await applied(`it's \\one`, query);
  const { managementUrl, projectRef, accessToken } = database.stack;
  const answer = await fetch(`${managementUrl}/v1/projects/${projectRef}/database/migrations`, {
    headers: { authorization: `Bearer ${accessToken}` },
  });
  expect(await answer.json()).toEqual(await list());
  expect((await list()).at(-1)).toMatchObject({ name: `it's \\one` });
  const [row] = await database.query(
    'select statements from supabase_migrations.schema_migrations order by version desc limit 1',
  );
  expect(row).toEqual({ statements: [query] });
});

test('versions rise and are seconds, also of migrations that come at the same time', async () => {
  await Promise.all(Array.from({ length: 8 }, (_, at) => applied(`at once ${at}`, together)));
  const versions = (await list()).map(({ version }) => version);
  expect(new Set(versions).size).toBe(versions.length);
  for (const version of versions) expect(version).toMatch(/^\d{14}$/);
});

test.each([
  ['20991231235959', '21000101000000'],
  ['21000230000000', '21000302000001'],
  ['21009999999999', '21080611044040'],
  ['zz_by_hand', 'zz_by_hand0'],
])('after a last version %s comes %s', async (last, next) => {
  await database.query(`insert into supabase_migrations.schema_migrations (version) values ('${last}')`);
  await applied('next', 'select 1');
  expect((await list()).at(-1)).toEqual({ version: next, name: 'next' });
  await database.query(`delete from supabase_migrations.schema_migrations where version in ('${last}', '${next}')`);
});

test('a migration that fails leaves neither effect nor record', async () => {
  const before = await list();
  const error = (await apply('bad', 'create table half (); select 1 / 0'))._unsafeUnwrapErr();
  expect(error).toMatchObject({ kind: 'failed', effect: 'none', sqlState: '22012' });
  expect(await list()).toEqual(before);
  expect(await cell(`to_regclass('public.half')::text`)).toBeNull();
});

test('with a key it is applied once, however often and by however many it is sent at the same time', async () => {
  const key = randomUUID();
  const results = await Promise.all(
    Array.from({ length: 5 }, () => apply('once', 'insert into samples values (77)', key)),
  );
  expect(results.map((result) => result._unsafeUnwrap())).toEqual(results.map(() => ({ name: 'once' })));
  expect(await cell('select count(*)::int from samples where n = 77')).toBe(1);
  expect((await list()).filter(({ name }) => name === 'once')).toHaveLength(1);
  expect((await apply('other', 'select 2', key))._unsafeUnwrapErr()).toMatchObject({
    kind: 'conflict',
    code: 'key-reused',
  });
});

test('what a dump sets for its session is gone for the next call on its connection', async () => {
  await layer.close();
  layer = openLayer(1);
  const dump = `set statement_timeout = 0; set default_transaction_read_only = on;
    select pg_catalog.set_config('search_path', '', false); set role anon`;
  const settings = `select concat(current_user, current_setting('search_path'), current_setting('default_transaction_read_only'))`;
  const before = await cell(settings);
  await applied('dump', dump);
  expect(await cell(settings)).toBe(before);
});

test('what a migration leaves in its session is gone for the next call on its connection', async () => {
  await layer.close();
  layer = openLayer(1);
  await applied(
    'leaves',
    `create temp table samples as select 'poison' as n; select pg_advisory_lock(4711);
declare c cursor with hold for select * from samples`,
  );
  const left = `concat((select pg_typeof(max(n)) from samples), (select count(*) from pg_locks where objid = 4711),
    (select count(*) from pg_cursors where is_holdable))`;
  expect(await cell(left)).toBe('integer00');
});

test('a migration that fails takes its connection along, with the locks that no rollback gives back', async () => {
  await layer.close();
  layer = openLayer(1);
  const session = await cell('pg_backend_pid()');
  expect(await cell('pg_backend_pid()')).toBe(session);
  const error = (await apply('locks', 'select pg_advisory_lock(4712); select 1 / 0'))._unsafeUnwrapErr();
  expect(error).toMatchObject({ effect: 'none', sqlState: '22012' });
  expect(await cell('pg_backend_pid()')).not.toBe(session);
});

test('a project without a history has no migrations, and the first one makes it', async () => {
  await database.query(
    'create schema kept; alter table supabase_migrations.schema_migrations set schema kept; drop schema supabase_migrations',
  );
  await database.query('grant create on database postgres to postgres');
  expect(await list()).toEqual([]);
  await Promise.all(['first', 'second', 'third', 'fourth'].map((name) => applied(name, together)));
  expect((await list()).map(({ name }) => name).sort()).toEqual(['first', 'fourth', 'second', 'third']);
});

test.each([
  ['a NUL in its name', 'a\0b', 'select 1', 'unsendable-text'],
  ['half of a surrogate pair in its name', '\ud800', 'select 1', 'unsendable-text'],
  ['a commit', 'n', 'select 1; commit', 'transaction-control'],
  ['nothing in it', 'n', '-- nothing', 'empty-statement'],
])('a migration with %s is refused before it is sent', async (_what, name, query, code) => {
  expect((await apply(name, query))._unsafeUnwrapErr()).toMatchObject({
    kind: 'invalid-request',
    effect: 'none',
    code,
  });
});
