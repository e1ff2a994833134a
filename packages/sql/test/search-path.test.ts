import type { SqlPort } from '@hybrid-supabase/core';
import type pg from 'pg';
import { createCoalescingBackend, createSqlPort, installSql, sql } from '../src/index.js';
import { createCall, openTestDatabase, textBackend, type TestDatabase } from './test-database.js';

let database: TestDatabase;
let owner: pg.Client;

/** What somebody who may create in the schema `public` makes there, to be called in place of PostgreSQL's own. */
const shadows = `
create function public.stolen() returns void language plpgsql as $$ begin raise exception 'shadowed: %', current_user; end $$;
create function public.arrow(jsonb, jsonb) returns text language sql as 'select public.stolen()::text';
create operator public.->> (leftarg = jsonb, rightarg = jsonb, function = public.arrow);
create function public.path(jsonb, jsonb) returns jsonb language sql as 'select to_jsonb(public.stolen()::text)';
create operator public.-> (leftarg = jsonb, rightarg = jsonb, function = public.path);
create function public.joined(bigint, bigint) returns text language sql as 'select public.stolen()::text';
create operator public.|| (leftarg = bigint, rightarg = bigint, function = public.joined);
create function public.format(text, text) returns text language sql as 'select public.stolen()::text';
create function public.convert_to(text, text) returns bytea language sql as 'select null::bytea from public.stolen()';
create function public.json_build_object(text, bigint) returns json language sql as 'select to_json(public.stolen()::text)';
create function public.json_build_object(text, json, text, json) returns json language sql as 'select to_json(public.stolen()::text)';
create function public.json_build_object(text, json, text, text, text, json, text, json) returns json language sql as 'select to_json(public.stolen()::text)';
create function public.json_build_object(text, json, text, text, text, text, text, json) returns json language sql as 'select to_json(public.stolen()::text)';
create function public.json_build_array(text, text, text) returns json language sql as 'select to_json(public.stolen()::text)';
`;

beforeAll(async () => {
  database = await openTestDatabase();
  owner = await database.connect();
  await owner.query(`create role intruder; grant usage, create on schema public to intruder;
create type path_mood as enum ('x'); create domain path_cents as int8;
create table path_rows as select 1 as n; grant all on path_rows to service_role;`);
  await owner.query(`set role intruder; ${shadows} reset role;`);
}, 60_000);
afterAll(() => database.close());

test('the installation calls nothing that others have put into its path', async () => {
  expect(await owner.query(installSql)).toBeDefined();
});

test('reads that travel together call nothing of it either', async () => {
  const together = createSqlPort(createCoalescingBackend(textBackend(await database.connect())));
  const reads = [sql`select 'x'::path_mood as a`, sql`select 7::path_cents as a`, sql`select 1 as a`];
  const found = await Promise.all(reads.map((statement) => together.read(statement, createCall())));
  expect(found.map((result) => result._unsafeUnwrap().rows[0]?.['a'])).toEqual(['x', 7n, 1]);
});

describe.each<[string, () => SqlPort, caller: string]>([
  ['text', () => database.byText, 'supabase_admin'],
  ['function', () => database.byFunction, 'service_role'],
])('by %s, what others have put into the path of the caller', (name, port, caller) => {
  test('is not called in place of what we mean', async () => {
    const read = await port().read(sql`select ${1}::int as n, 'x'::path_mood as m, 7::path_cents as c`, createCall());
    expect(read._unsafeUnwrap().rows).toEqual([{ n: 1, m: 'x', c: 7n }]);
    const changed = await port().write(sql`update path_rows set n = 2`, createCall());
    expect(changed._unsafeUnwrap().rowCount).toBe(1);
    const made = await port().write(sql`set local work_mem = '8MB'`, createCall());
    expect(made.isOk()).toBe(true);
    const written = await port().write(sql`select ${2}::int as n`, createCall({ key: `path ${name}` }));
    expect(written._unsafeUnwrap().rows).toEqual([{ n: 2 }]);
    const settled = await port().settle({ key: `other ${name}`, digest: 'd', attemptIds: ['a'] }, createCall());
    expect(settled._unsafeUnwrap()).toEqual({ state: 'fenced' });
  });

  test('is not called either where a result is refused for its size', async () => {
    const large = await port().write(sql`select repeat('x', 9000000) as a`, createCall({ key: `large ${name}` }));
    expect(large._unsafeUnwrapErr()).toMatchObject({ code: 'result-too-large', effect: 'none' });
  });

  test('is what the statement of the caller means, as everywhere', async () => {
    const own = await port().read(sql`select public.format('a', 'b')`, createCall());
    expect(own._unsafeUnwrapErr().message).toBe(`shadowed: ${caller}`);
  });
});
