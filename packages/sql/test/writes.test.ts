import type { SqlPort, SqlResult } from '@hybrid-supabase/core';
import type pg from 'pg';
import { createCall, openTestDatabase, type TestDatabase } from './test-database.js';

let database: TestDatabase;
let owner: pg.Client;

beforeAll(async () => {
  database = await openTestDatabase();
  owner = await database.connect();
}, 60_000);
beforeEach(async () => {
  await owner.query(`drop schema if exists w cascade; create schema w; grant all on schema w to service_role;
create table w.t (id int8 unique, v text); insert into w.t values (1, 'a'), (2, 'b'); grant all on w.t to service_role;
create procedure w.p() language sql as $$ insert into w.t values (9, 'p') $$;`);
});
afterAll(() => database.close());

const counted = (rowCount: number | null): SqlResult => ({ columns: [], rows: [], rowCount });
const rowsOf = (column: string, type: string, ...values: readonly unknown[]): SqlResult => ({
  columns: [{ name: column, type }],
  rows: values.map((value) => ({ [column]: value })),
  rowCount: values.length,
});

const writes: readonly (readonly [text: string, result: SqlResult, after: string])[] = [
  ["insert into w.t values (3, 'c'), (4, 'd')", counted(2), '1a 2b 3c 4d'],
  ["insert into w.t values (3, 'c') returning id", rowsOf('id', 'bigint', 3n), '1a 2b 3c'],
  ["insert into w.t values (1, 'x') on conflict do nothing -- twice", counted(0), '1a 2b'],
  [
    "insert into w.t values (1, 'x') on conflict (id) do update set v = excluded.v returning v;",
    rowsOf('v', 'text', 'x'),
    '1x 2b',
  ],
  ["update w.t set v = 'z'", counted(2), '1z 2z'],
  ['update w.t set id = id where false returning v', rowsOf('v', 'text'), '1a 2b'],
  ['delete from w.t where id = 1', counted(1), '2b'],
  ['with gone as (delete from w.t where id = 1 returning v) select v from gone', rowsOf('v', 'text', 'a'), '2b'],
  ['with gone as (delete from w.t returning id, v) insert into w.t select id + 10, v from gone', counted(2), '11a 12b'],
  [
    "with n as (select 5 as id) insert into w.t select id, 'n' from n returning id",
    rowsOf('id', 'bigint', 5n),
    '1a 2b 5n',
  ],
  ['with gone as (delete from w.t where id = 1) (select 1)', counted(null), '2b'],
  ['merge into w.t using (values (1)) s(id) on t.id = s.id when matched then delete', counted(null), '2b'],
  ['call w.p()', counted(null), '1a 2b 9p'],
  ["do $$ begin insert into w.t values (8, 'd'); end $$ -- done", counted(null), '1a 2b 8d'],
  ['select v from w.t where id = 1 for update', rowsOf('v', 'text', 'a'), '1a 2b'],
  ['create table w.made (a int); ', counted(null), '1a 2b'],
  ['create table w.copied as select * from w.t', counted(null), '1a 2b'],
];

const ways: readonly (readonly [string, () => SqlPort, string | undefined])[] = [
  ['text', () => database.byText, undefined],
  ['function', () => database.byFunction, undefined],
  ['text with a key', () => database.byText, 'text'],
  ['function with a key', () => database.byFunction, 'function'],
];

describe.each(ways)('by %s', (_name, port, key) => {
  test.each(writes)('%s', async (text, result, after) => {
    const call = createCall(key === undefined ? {} : { key: `${key}: ${text}` });
    expect((await port().write({ text, values: [] }, call))._unsafeUnwrap()).toEqual(result);
    const { rows } = await owner.query("select string_agg(id || v, ' ' order by id) as all from w.t");
    expect(rows).toEqual([{ all: after }]);
  });

  test('a broken constraint is told alike, and nothing is changed', async () => {
    const call = createCall(key === undefined ? {} : { key: `${key}: unique` });
    const error = (
      await port().write({ text: "insert into w.t values (7, 'x'), (1, 'x')", values: [] }, call)
    )._unsafeUnwrapErr();
    expect(error).toMatchObject({
      kind: 'conflict',
      effect: 'none',
      sqlState: '23505',
      message: 'duplicate key value violates unique constraint "t_id_key"',
    });
  });

  test.each([
    ['call of a procedure that commits', 'do $$ begin commit; end $$', 'transaction-control'],
    ['missing table', 'insert into w.missing values (1)', '42P01'],
    ['malformed number', "insert into w.t values ('one')", '22P02'],
  ])('%s: %s fails with %s', async (_what, text, code) => {
    const call = createCall(key === undefined ? {} : { key: `${key}: ${text}` });
    expect((await port().write({ text, values: [] }, call))._unsafeUnwrapErr()).toMatchObject({ code, effect: 'none' });
  });
});

test('a batch is all or nothing', async () => {
  const statements = ["insert into w.t values (5, 'x')", 'insert into w.t values (1)'].map((text) => ({
    text,
    values: [],
  }));
  expect((await database.byText.batch({ statements }, createCall()))._unsafeUnwrapErr().sqlState).toBe('23505');
  expect((await owner.query('select count(*)::int as n from w.t')).rows).toEqual([{ n: 2 }]);
});
