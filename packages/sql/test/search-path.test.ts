import type { SqlPort } from '@hybrid-supabase/core';
import type pg from 'pg';
import { installSql, sql } from '../src/index.js';
import { createCall, openTestDatabase, type TestDatabase } from './test-database.js';

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
`;

beforeAll(async () => {
  database = await openTestDatabase();
  owner = await database.connect();
  await owner.query('create role intruder; grant usage, create on schema public to intruder');
  await owner.query(`set role intruder; ${shadows} reset role;`);
}, 60_000);
afterAll(() => database.close());

test('the installation calls nothing that others have put into its path', async () => {
  expect(await owner.query(installSql)).toBeDefined();
});

describe('what others have put into the path of the caller', () => {
  const port = (): SqlPort => database.byFunction;

  test('is not called in place of what the installed functions mean', async () => {
    const read = await port().read(sql`select ${1}::int as n`, createCall());
    expect(read._unsafeUnwrap().rows).toEqual([{ n: 1 }]);
    const written = await port().write(sql`select ${2}::int as n`, createCall({ key: 'path' }));
    expect(written._unsafeUnwrap().rows).toEqual([{ n: 2 }]);
    const settled = await port().settle({ key: 'other', digest: 'd', attemptIds: ['a'] }, createCall());
    expect(settled._unsafeUnwrap()).toEqual({ state: 'fenced' });
  });

  test('is not called either where a result is refused for its size', async () => {
    const large = await port().write(sql`select repeat('x', 9000000) as a`, createCall({ key: 'large' }));
    expect(large._unsafeUnwrapErr()).toMatchObject({ code: 'result-too-large', effect: 'none' });
  });

  test('is what the statement of the caller means, as everywhere', async () => {
    const own = await port().read(sql`select public.format('a', 'b')`, createCall());
    expect(own._unsafeUnwrapErr().message).toBe('shadowed: service_role');
  });
});
