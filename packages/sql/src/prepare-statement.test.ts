import type { Statement } from '@hybrid-supabase/core';
import { ok } from 'neverthrow';
import { prepareStatement } from './prepare-statement.js';
import { sql } from './sql.js';

const prepare = async (text: string) => (await prepareStatement({ text, values: [] }, () => ok()))._unsafeUnwrap();

test.each<[string, 'rows' | 'count' | 'none', string]>([
  ['select 1', 'rows', 'select 1'],
  ['values (1)', 'rows', 'values (1)'],
  ['select 1 into x', 'none', 'select 1 into x'],
  ['insert into t values (1)', 'count', 'insert into t values (1)'],
  ['insert into t values (1) returning a', 'rows', 'insert into t values (1) returning a'],
  ['update t set a = 1', 'count', 'update t set a = 1'],
  ['delete from t returning *', 'rows', 'delete from t returning *'],
  [
    'merge into t using s on true when matched then delete',
    'none',
    'merge into t using s on true when matched then delete',
  ],
  ['create table t (a int)', 'none', 'create table t (a int)'],
  ['with a as (select 1) select * from a', 'rows', 'with a as (select 1) select * from a'],
  ['with a as (select 1) insert into t select * from a', 'count', 'with a as (select 1) insert into t select * from a'],
  ['with a as (delete from t returning *) select * from a', 'rows', 'select * from a'],
  ['with a as (delete from t) insert into s values (1)', 'count', 'insert into s values (1)'],
  ["with é as (select 'select (') , b as (delete from t) update s set a = 1", 'count', 'update s set a = 1'],
  ["with a as (select '\u0001(') , b as (delete from t) update s set a = 1", 'count', 'update s set a = 1'],
  ['with delete as (delete from t returning 1) select 2', 'rows', 'select 2'],
  ['with update (a) as (delete from t returning 1) insert into s values (1)', 'count', 'insert into s values (1)'],
  ['with recursive a as materialized (delete from t returning 1) values (1)', 'rows', 'values (1)'],
  [
    'with a as (delete from t returning *) (select * from a)',
    'none',
    'with a as (delete from t returning *) (select * from a)',
  ],
])('%s answers with %s', async (text, answer, main) => {
  const prepared = await prepare(text);
  expect([prepared.answer, prepared.text.slice(prepared.mainAt)]).toEqual([answer, main]);
});

test('a check decides before values are looked at', async () => {
  const prepared = await prepareStatement(sql`select ${'\0'}`, () => ok());
  expect(prepared._unsafeUnwrapErr().code).toBe('unsendable-text');
});

test('what a caller without types gives instead of a statement is refused', async () => {
  const given: (Partial<Statement> | null)[] = [{}, { text: 'select 1' }, { values: [] }, null];
  for (const one of given)
    expect((await prepareStatement(JSON.parse(JSON.stringify(one)), () => ok()))._unsafeUnwrapErr().code).toBe(
      'not-a-statement',
    );
});
