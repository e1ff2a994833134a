import { statementFacts } from './statement-facts.js';

const facts = async (text: string) => (await statementFacts({ text }))._unsafeUnwrap();

test.each<[text: string, reads: readonly string[], writes: readonly string[]]>([
  ['select 1', [], []],
  ['select * from a', ['a'], []],
  ['select * from public.a x join only "B c" y using (id), lateral (select * from c) z', ['B c', 'c', 'public.a'], []],
  ['select (select max(n) from a) from b where exists (select from c)', ['a', 'b', 'c'], []],
  ['table storage.objects', ['storage.objects'], []],
  ['with a as (select * from b) select * from a', ['b'], []],
  ['with a as (select * from a) select * from a', ['a'], []],
  ['with recursive a as (select * from a) select * from a', [], []],
  ['with a as (select 1), b as (select * from a) select * from b, c', ['c'], []],
  ['with b as (select * from a), a as (select 1) select * from b, a', ['a'], []],
  ['select * from (with a as (select 1) select * from a) x, a', ['a'], []],
  ['with a as (select 1) select * from public.a', ['public.a'], []],
  ['select * from a union all select * from b', ['a', 'b'], []],
  ['select * from f(1), generate_series(1, 2)', [], []],
  ['select * into s from t', ['t'], ['s']],
  ['select * from a for update', ['a'], []],
  ['insert into a select * from b', ['b'], ['a']],
  ['with x as (select * from b) insert into public.a select * from x', ['b'], ['public.a']],
  ['insert into a values ((select max(n) from c)) on conflict do nothing', ['c'], ['a']],
  ['update a set n = b.n from b where a.id = b.id', ['a', 'b'], ['a']],
  ['delete from a using b where a.id = b.id', ['a', 'b'], ['a']],
  ['merge into a using b on a.id = b.id when matched then delete', ['a', 'b'], ['a']],
  ['with a as (delete from a returning *) select * from a', ['a'], ['a']],
  ['with x as (insert into a values (1) returning *) update b set n = 1 from x', ['b'], ['a', 'b']],
  ['truncate a, s.b', [], ['a', 's.b']],
  ['create table a (n int references b)', [], ['a', 'b']],
  ['create table a as select * from b', ['b'], ['a']],
  ['create view v as select * from b', ['b'], ['v']],
  ['alter table a add column n int', [], ['a']],
  ['drop table a, s.b', [], ['a', 's.b']],
  ['create index on a (n)', [], ['a']],
  ['copy a from stdin', [], ['a']],
  ['copy a to stdout', ['a'], []],
  ['lock table a', [], ['a']],
  ['explain select * from a', ['a'], []],
])('%s', async (text, reads, writes) => {
  expect(await facts(text)).toMatchObject({ reads, writes });
});

test.each<[text: string, runsInTransaction: boolean, runsInFunction: boolean]>([
  ['select 1', true, true],
  ['create table a (n int)', true, true],
  ['truncate a', true, true],
  ['analyze a', true, true],
  ['create index on a (n)', true, true],
  ['copy a from stdin', true, false],
  ["copy a from '/a'", true, true],
  ['vacuum', false, false],
  ['create index concurrently on a (n)', false, false],
  ['drop index concurrently i', false, false],
  ['reindex (concurrently) table a', false, false],
  ['create database a', false, false],
  ['drop database a', false, false],
  ["create tablespace a location '/a'", false, false],
  ["alter system set work_mem = '1MB'", false, false],
  ['begin', false, false],
  ['commit', false, false],
])('%s', async (text, runsInTransaction, runsInFunction) => {
  expect(await facts(text)).toMatchObject({ runsInTransaction, runsInFunction });
});

test('what is not one statement has no facts', async () => {
  expect((await statementFacts({ text: 'select 1; select 2' }))._unsafeUnwrapErr().code).toBe('several-statements');
  expect((await statementFacts({ text: 'selec' }))._unsafeUnwrapErr().code).toBe('42601');
});

test('a statement of many unions has its facts', async () => {
  const text = Array.from({ length: 400 }, (_, at) => `select * from t${at % 3}`).join(' union all ');
  expect((await facts(text)).reads).toEqual(['t0', 't1', 't2']);
});
