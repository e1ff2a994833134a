import type { SqlPort } from '@hybrid-supabase/core';
import type pg from 'pg';
import { sql } from '../src/index.js';
import { createCall, openTestDatabase, type TestDatabase } from './test-database.js';

let database: TestDatabase;
let witness: pg.Client;

beforeAll(async () => {
  database = await openTestDatabase();
  witness = await database.connect();
  await witness.query(`create table seen (a int); grant all on seen to service_role;
create sequence counter; grant all on sequence counter to service_role;
create function lies() returns int language plpgsql as $$ begin insert into seen values (1); return 1; end $$;
create function leaves(as_text text) returns int language plpgsql as $$ begin
  execute as_text; insert into seen values (1); return 1; end $$;`);
}, 60_000);
afterAll(() => database.close());

const seen = async (): Promise<unknown> => (await witness.query('select count(*)::int as n from seen')).rows[0];

describe.each<[string, () => SqlPort]>([
  ['text', () => database.byText],
  ['function', () => database.byFunction],
])('by %s', (_name, port) => {
  test.each([
    ['a function that writes', 'select lies()'],
    ['a sequence', "select nextval('counter')"],
    ['a function that leaves the read-only mode', "select leaves('set transaction read write')"],
    ['a function that sets it off', "select leaves('set local transaction_read_only = off')"],
    ['a function that asks set_config', "select leaves($$select set_config('transaction_read_only', 'off', true)$$)"],
  ])('the database stops a read that writes by %s', async (_what, text) => {
    const error = (await port().read({ text, values: [] }, createCall()))._unsafeUnwrapErr();
    expect(error).toMatchObject({ kind: 'denied', code: 'read-only', effect: 'none' });
    expect(await seen()).toEqual({ n: 0 });
  });

  test.each([
    ['an advisory lock of the session, by a call that looks like a column', 'select (4711::int8).pg_advisory_lock'],
    [
      'statistics',
      "select pg_restore_relation_stats('schemaname', 'public', 'relname', 'seen', 'relpages', 4711) as done",
    ],
  ])('a read that would leave %s never reaches the server', async (_what, text) => {
    const error = (await port().read({ text, values: [] }, createCall()))._unsafeUnwrapErr();
    expect(error).toMatchObject({ kind: 'invalid-request', code: 'refused-call', effect: 'none' });
    const left = await witness.query(`select (select count(*)::int from pg_locks where objid = 4711) as locks,
      (select relpages from pg_class where oid = 'seen'::regclass) as pages`);
    expect(left.rows).toEqual([{ locks: 0, pages: 0 }]);
  });

  test('a write leaves no temporary table that the next read would find first', async () => {
    const made = await port().write(sql`create temp table seen as select 'poison' as a`, createCall());
    expect(made._unsafeUnwrapErr()).toMatchObject({ kind: 'invalid-request', code: 'session-state', effect: 'none' });
    const { rows } = (await port().read(sql`select * from seen`, createCall()))._unsafeUnwrap();
    expect(rows).toEqual([]);
    const statements = [
      sql`create temp table mine on commit drop as select 1 as n`,
      sql`insert into mine values (2)`,
      sql`select sum(n)::int as n from mine`,
    ];
    const results = (await port().batch({ statements }, createCall()))._unsafeUnwrap();
    expect(results.at(-1)?.rows).toEqual([{ n: 3 }]);
  });

  test('a statement with empty ones before and behind it is one statement', async () => {
    const { rows } = (await port().read(sql`; /* é */ ; select ${'é'} as a ; ;`, createCall()))._unsafeUnwrap();
    expect(rows).toEqual([{ a: 'é' }]);
  });

  test('a read leaves no setting behind', async () => {
    (await port().read(sql`select 1`, createCall()))._unsafeUnwrap();
    const text =
      "select current_setting('transaction_read_only') as mode, current_setting('statement_timeout') as timeout";
    const { rows } = (await port().write({ text, values: [] }, createCall({ timeoutMs: 9_000 })))._unsafeUnwrap();
    expect(rows[0]?.['mode']).toBe('off');
  });
});

test('the text of an attempt carries a time limit no longer than the attempt, and the database keeps it', async () => {
  const slow = sql`select 1 from pg_sleep(20)`;
  for (const method of ['read', 'write'] as const) {
    const error = (await database.byText[method](slow, createCall({ timeoutMs: 150 })))._unsafeUnwrapErr();
    expect(error).toMatchObject({ kind: 'timed-out', sqlState: '57014', effect: 'none', fault: 'postgres' });
  }
  const keyed = await database.byText.write(slow, createCall({ timeoutMs: 150, key: 'slow' }));
  expect(keyed._unsafeUnwrapErr()).toMatchObject({ kind: 'timed-out', effect: 'none' });
});
