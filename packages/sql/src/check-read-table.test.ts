import { checkRead } from './check-read.js';
import { parseSql } from './parser.js';
import { singleStatement } from './single-statement.js';

const verdict = async (text: string) =>
  (await parseSql(text))
    .andThen(singleStatement)
    .andThen(checkRead)
    .match(
      () => 'read',
      ({ code }) => code,
    );

const linesOf = (text: string): readonly string[] =>
  text
    .split('\n')
    .map((line) => line.trim())
    .filter((line) => line !== '');

const reads = linesOf(String.raw`
  select null
  select all a from t
  select distinct a from t
  select distinct on (a) a, b from t order by a, b desc nulls last
  select a as "for update" from t
  select 'for update'
  select e'\'; delete from t; --'
  select U&'\0041'
  select $a$ ; commit; $a$
  select $$ $a$ $$
  select 1 -- ; delete from t
  select 1 /* ; delete from t */
  select 1 /* /* nested */ still */
  select b'101', x'ff'
  select 1_000, 0xff, 0b11, 0o17
  select a.* from t a
  select (t).a from t
  select (row(1, 2)).f1
  select a[1], a[1:2] from t
  select a -> 'b' ->> 'c' from t
  select a #>> '{b,c}' from t
  select a @> '{}' from t
  select a ? 'b' from t
  select a::int::text from t
  select cast(a as numeric(10, 2)) from t
  select a collate "C" from t
  select a is distinct from b, a is not null, a is true from t
  select a between 1 and 2, a not between symmetric 2 and 1 from t
  select a in (1, 2), a not in (select b from s) from t
  select a = any ($1), a <> all (array[1]) from t
  select a like 'x%' escape '\', a ilike 'x', a similar to 'x' from t
  select a ~ 'x', a !~* 'x' from t
  select case when a then 1 else 2 end, case a when 1 then 2 end from t
  select coalesce(a, b), nullif(a, b), greatest(a, b), least(a, b) from t
  select extract(epoch from a), overlay('a' placing 'b' from 1), substring(a from 1 for 2) from t
  select position('a' in b), trim(both ' ' from a), normalize(a) from t
  select xmlelement(name a, b) from t
  select xmlforest(a, b) from t
  select json_object('a': 1), json_array(1, 2), json_scalar(1) from t
  select json_value('{}', '$.a'), json_query('{}', '$.a'), json_exists('{}', '$.a')
  select a is json from t
  select array(select a from t), array[[1, 2], [3, 4]]
  select row(1, 2), (1, 2) = (1, 2)
  select exists (select 1), not exists (select 1 from t)
  select current_date, current_timestamp, localtime, current_user, session_user
  select interval '1' day, interval '1 2' day to hour, timestamp '2026-01-01', date '2026-01-01'
  select a at time zone 'UTC', a at local from t
  select count(*), count(distinct a), sum(a order by b), string_agg(a, ',' order by b) from t
  select percentile_cont(0.5) within group (order by a) from t
  select count(*) filter (where a) over (partition by b order by c rows between 1 preceding and current row) from t
  select sum(a) over w from t window w as (partition by b order by c groups unbounded preceding exclude ties)
  select a, count(*) from t group by a having count(*) > 1
  select a from t group by distinct rollup (a), cube (b)
  select a, b from t group by grouping sets ((a), (b), ())
  select a from t order by a using <
  select a from t limit all offset 5 rows
  select a from t fetch first 5 rows only
  select a from t order by a fetch first 5 rows with ties
  select * from t, s
  select * from t cross join s
  select * from t natural full join s
  select * from t left join s on t.a = s.a right join u using (b) as j
  select * from t a (x, y)
  select * from (select 1) as a (b)
  select * from (values (1, 'a'), (2, 'b')) v (n, t)
  select * from (t join s using (a)) as j
  select * from t, lateral (select t.a) s
  select * from t join lateral f(t.a) g on true
  select * from only t
  select * from t *
  select * from "T"
  select * from s.t
  select * from c.s.t
  select * from t tablesample bernoulli (10) repeatable (1)
  select * from f() as g (a int, b text)
  select * from rows from (f(1), g(2)) with ordinality as r (a, b, n)
  select * from unnest(array[1], array[2]) as u (a, b)
  select * from xmltable('/a' passing '<a/>' columns b int path 'b')
  select * from json_table('{}', '$' columns (n for ordinality, nested path '$.a' columns (b int path '$.b')))
  select * from information_schema.tables
  select * from pg_catalog.pg_class where relname = 'delete'
  select f(), s.f(1, 2), f(a => 1), f(variadic array[1]) from t
  select to_regclass('t'), pg_typeof(1), version()
  select pg_size_pretty(pg_total_relation_size('t'))
  select pg_sleep(1)
  select nextval('s')
  select lower(a), upper(a), length(a), md5(a) from t
  select now(), clock_timestamp(), random(), gen_random_uuid()
  select set_config('app.tenant', $1, true)
  values (1)
  values (1, 'a'), (2, null) order by 1 limit 1
  table s.t
  table only t
  (table t) union (values (1))
  select 1 union select 2
  select 1 union all select 2 order by 1
  select 1 intersect select 1 except all select 2
  (select 1 limit 1) union all (select 2 limit 1)
  ((select 1))
  with a as materialized (select 1) select * from a
  with a as not materialized (select 1), b as (table a) table b
  with a (x) as (values (1)) select x from a
  with recursive a as (select 1 as n union all select n + 1 from a where n < 3) search depth first by n set o table a
  with recursive a as (select 1 as n union select n + 1 from a) cycle n set c using p select * from a limit 3
  with a as (with b as (select 1) table b) table a
  select (with a as (select 1 as n) select n from a)
  select 1 where $1 = $2 and $1 <> $3
  select 1;
  ; select 1
  explain select 1
  explain verbose select * from t where a = $1
  explain analyze select * from t
  explain analyse verbose table t
  explain (analyze) values (1)
  explain (analyze, buffers, timing off) select 1
  explain (analyze true, format json) with a as (select 1) select * from a
  explain (analyze 1) select 1 union select 2
  explain (costs off, format xml) select 1
  explain (format yaml) select 1
  explain (format 'text', format json) select 1
  explain (generic_plan) select 1
  explain (format json) insert into t values (1)
  explain (analyze off) insert into t select * from s
  explain (analyze false) update t set a = 1
  explain (analyze 'OFF', verbose) delete from t
  explain (analyze 0) delete from t where a = 1 returning *
  explain merge into t using s on t.a = s.a when matched then delete
  explain with a as (delete from t returning *) select * from a
  explain select * from t for update
  explain select set_config('app.tenant', $1, true)
  show search_path
  show transaction_read_only
  show "TimeZone"
  show time zone
  show all
  show transaction isolation level
  show session authorization
  show app.tenant
`);

const writes = linesOf(String.raw`
  insert into t default values
  insert into t (a) values (1) returning *
  insert into t select * from s
  insert into t values (1) on conflict (a) do update set a = excluded.a
  insert into t overriding system value values (1)
  update t set (a, b) = (select 1, 2)
  update only t set a = default where b returning a
  update t set a = s.a from s where t.b = s.b
  delete from only t where a in (select 1)
  delete from t using s where t.a = s.a returning *
  merge into t using s on t.a = s.a when not matched then insert values (1)
  merge into t using s on t.a = s.a when matched then update set b = 1 when not matched by source then delete
  with a as (select 1) update t set a = 1 from a
  with a as (select 1) delete from t using a
  with a as (insert into t values (1)) select 1
  with a as (select 1), b as (update t set a = 1 returning a) select * from a, b
  with a as (with b as (delete from t returning *) select * from b) select * from a
  select (with a as (delete from t returning *) select count(*) from a)
  select * from t where a in (with b as (update t set a = 1 returning a) select a from b)
  with a as (delete from t returning *) table a
  with a as (delete from t returning *) values (1)
  select 1 union (with a as (delete from t returning 1) select * from a)
  select * from t for no key update
  select * from t for update of t nowait
  select * from t for share skip locked
  select * from t, s for update of t for share of s
  (select * from t for update)
  table t for update
  select 1 from (table t for key share) x
  select a into s from t
  select a into temp s from t
  select a into unlogged s from t
  with a as (select 1 as n) select n into s from a
  create table t (a int)
  create unlogged table t (a int)
  create table if not exists t as table s
  create table t (like s including all)
  create table t partition of s for values in (1)
  create materialized view v as select 1
  create or replace view v as select 1
  create recursive view v (n) as select 1
  create index concurrently on t (a)
  create unique index on t (a) where b
  create sequence s
  create schema s
  create extension e
  create type y as enum ('a')
  create type y as (a int)
  create domain d as int check (value > 0)
  create function f() returns int language plpgsql as $$ begin return 1; end $$
  create procedure p() language sql as $$ delete from t $$
  create trigger g before insert on t for each row execute function f()
  create event trigger g on ddl_command_start execute function f()
  create rule r as on insert to t do instead nothing
  create policy p on t using (true)
  create role r
  create user u password 'x'
  create database d
  create tablespace s location '/x'
  create publication p for all tables
  create subscription s connection 'x' publication p
  create server s foreign data wrapper w
  create foreign table t (a int) server s
  create user mapping for u server s
  create aggregate a (int) (sfunc = f, stype = int)
  create operator === (leftarg = int, rightarg = int, function = f)
  create cast (text as y) with inout
  create collation c from "C"
  create statistics s on a, b from t
  create text search configuration c (copy = simple)
  alter table t rename to s
  alter table t enable row level security
  alter table t set schema s
  alter table t owner to o
  alter sequence s restart
  alter role r with superuser
  alter role r set search_path = s
  alter database d set work_mem = '1MB'
  alter system set work_mem = '1MB'
  alter system reset all
  alter default privileges grant select on tables to r
  alter function f() security definer
  alter policy p on t using (false)
  alter type y add value 'b'
  alter extension e update
  alter publication p add table t
  drop table if exists t cascade
  drop view v
  drop index concurrently i
  drop schema s cascade
  drop function f(int)
  drop role r
  drop database d with (force)
  drop owned by r
  drop policy p on t
  drop trigger g on t
  truncate table t restart identity cascade
  grant r to s
  grant execute on function f() to anon
  revoke all on t from public
  reassign owned by r to s
  comment on column t.a is 'x'
  security label on table t is 'x'
  import foreign schema s from server r into p
  refresh materialized view concurrently v
  cluster t using i
  reindex (concurrently) table t
  vacuum (full, analyze) t
  analyze verbose
  do language plpgsql $$ begin end $$
  call s.p(1, 2)
  copy t from stdin
  copy t from program 'sh'
  copy (select * from t) to stdout with (format csv)
  copy (delete from t returning *) to stdout
  explain analyze insert into t values (1)
  explain analyze update t set a = 1
  explain (analyze, format json) delete from t
  explain (analyze true) delete from t
  explain (analyze 'on') merge into t using s on t.a = s.a when matched then delete
  explain (analyze 2) delete from t
  explain (analyze off, analyze on) delete from t
  explain (analyze on, analyze off) delete from t
  explain (analyze 'yes') delete from t
  explain analyze with a as (delete from t returning *) select * from a
  explain analyze select * from t for update
  explain analyze select * into s from t
  explain select * into s from t
  explain analyze create table t as select 1
  explain verbose create table t as select 1
  explain create materialized view v as select 1
  explain refresh materialized view v
  explain declare c cursor for select 1
  explain execute p
  explain analyze execute p (1)
  set search_path to s
  set local role r
  set session role r
  set time zone 'UTC'
  set constraints all deferred
  set local transaction_read_only = off
  set transaction isolation level serializable
  set transaction snapshot 'x'
  reset session authorization
  begin isolation level serializable
  begin transaction read write
  commit and no chain
  commit work
  end transaction
  rollback and chain
  rollback prepared 'x'
  savepoint "s"
  release s
  rollback to s
  lock table t in access exclusive mode nowait
  listen "c"
  unlisten *
  notify c, 'x'
  prepare p (int) as delete from t where a = $1
  execute p (1)
  deallocate p
  declare c scroll cursor with hold for select 1
  fetch forward 5 from c
  move c
  close all
  discard plans
  discard temp
  load 'x'
`);

test('the table has enough statements, each once', () => {
  expect(reads.length + writes.length).toBeGreaterThanOrEqual(300);
  expect(new Set([...reads, ...writes]).size).toBe(reads.length + writes.length);
});

test.each(reads)('a read: %s', async (text) => {
  expect(await verdict(text)).toBe('read');
});

test.each(writes)('no read: %s', async (text) => {
  expect(await verdict(text)).toBe('not-a-read');
});
