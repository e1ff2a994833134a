import type { SqlPort, SqlResult } from '@hybrid-supabase/core';
import type pg from 'pg';
import { createCoalescingBackend, createSqlPort, sql } from '../src/index.js';
import { createCall, openTestDatabase, textBackend, type TestDatabase } from './test-database.js';

let database: TestDatabase;
let witness: pg.Client;
let coalescing: SqlPort;

beforeAll(async () => {
  database = await openTestDatabase();
  witness = await database.connect();
  coalescing = createSqlPort(createCoalescingBackend(textBackend(await database.connect())));
  await witness.query(`create table kept (a int8 primary key, "b ""c" text); grant all on kept to service_role;
insert into kept select n, n::text from generate_series(1, 50) n;
create function writes() returns int language plpgsql as $$ begin insert into kept values (99); return 1; end $$;`);
}, 60_000);
afterAll(() => database.close());

const doors: readonly (readonly [string, () => SqlPort])[] = [
  ['text', () => database.byText],
  ['function', () => database.byFunction],
  ['coalescing', () => coalescing],
];
const read = async (port: SqlPort, text: string, values: readonly string[] = []): Promise<SqlResult> =>
  (await port.read({ text, values }, createCall()))._unsafeUnwrap();
const rowsOf = async (text: string): Promise<unknown> => (await witness.query(text)).rows;

describe.each(doors)('by %s', (_name, port) => {
  test.each([
    ['explain select * from kept where a = 7', 'text'],
    ["explain (costs off, format text) select 1 /* é😀 \\ it's $hybrid$ */", 'text'],
    ['explain (costs off, format json) select "b ""c" from kept', 'json'],
    ['explain (costs off, format xml) select 1', 'xml'],
    ['explain (costs off, format json, format yaml) select 1', 'text'],
    ['explain (verbose) delete from kept where a = 1', 'text'],
    ['explain insert into kept values (1000)', 'text'],
    ['explain (analyze, costs off, timing off, summary off, buffers off) select count(*) from kept', 'text'],
  ])('%s gives the columns and rows of the server', async (text, type) => {
    const result = await read(port(), text);
    expect(result.columns).toEqual([{ name: 'QUERY PLAN', type }]);
    expect(result.rows).toEqual(await rowsOf(text));
    expect(result.rowCount).toBe(result.rows.length);
  });

  test.each([
    ['show work_mem', 'work_mem'],
    ['show timezone', 'TimeZone'],
    ['show DateStyle', 'DateStyle'],
    ['show server_version', 'server_version'],
    ['show transaction isolation level', 'transaction_isolation'],
  ])('%s gives one row under the name of the setting', async (text, name) => {
    const result = await read(port(), text);
    expect(result).toEqual({ columns: [{ name, type: 'text' }], rows: await rowsOf(text), rowCount: 1 });
  });

  test('show all gives name, setting and description of every setting', async () => {
    const result = await read(port(), 'show all');
    expect(result.columns).toEqual(['name', 'setting', 'description'].map((name) => ({ name, type: 'text' })));
    expect(result.rows.length).toBeGreaterThan(300);
    expect(result.rows).toContainEqual(
      expect.objectContaining({ name: 'DateStyle', description: expect.stringContaining('date and time') }),
    );
  });

  test('values are in the plan, and can leave their place no more than elsewhere', async () => {
    const value = `it's "\\" $hybrid$; delete from kept; --`;
    const { rows } = await read(port(), 'explain (costs off) select * from kept where "b ""c" = $1', [value]);
    expect(JSON.stringify(rows)).toContain('it');
    expect(await rowsOf('select count(*)::int as n from kept')).toEqual([{ n: 50 }]);
  });

  test('a show and an explain run in a read-only transaction, so a function that lies is stopped', async () => {
    expect((await read(port(), 'show transaction_read_only')).rows).toEqual([{ transaction_read_only: 'on' }]);
    const stopped = await port().read(sql`explain analyze select writes()`, createCall());
    expect(stopped._unsafeUnwrapErr()).toMatchObject({ kind: 'denied', code: 'read-only', effect: 'none' });
    expect(await rowsOf('select count(*)::int as n from kept')).toEqual([{ n: 50 }]);
  });

  test.each([
    ['show not_there', '42704'],
    ['explain select * from not_there', '42P01'],
    ['explain (fast) select 1', '42601'],
    ['explain (format html) select 1', '22023'],
  ])('%s fails as the server says (%s)', async (text, sqlState) => {
    const error = (await port().read({ text, values: [] }, createCall()))._unsafeUnwrapErr();
    expect(error).toMatchObject({ sqlState, effect: 'none' });
  });

  test('as a write they are refused, alone and in a batch', async () => {
    const refused = { kind: 'unsupported', code: 'explain-or-show', effect: 'none' };
    expect((await port().write(sql`show work_mem`, createCall()))._unsafeUnwrapErr()).toMatchObject(refused);
    const batch = { statements: [sql`explain analyze delete from kept`] };
    expect((await port().batch(batch, createCall()))._unsafeUnwrapErr()).toMatchObject(refused);
    expect(await rowsOf('select count(*)::int as n from kept')).toEqual([{ n: 50 }]);
  });
});
