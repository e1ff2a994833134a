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
