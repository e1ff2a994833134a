import { checkWrite } from './check-write.js';
import { parseSql } from './parser.js';
import { singleStatement } from './single-statement.js';

const verdict = async (text: string) =>
  (await parseSql(text))
    .andThen(singleStatement)
    .andThen(checkWrite)
    .match(
      () => 'may run',
      ({ code }) => code,
    );

test.each([
  'insert into t values (1)',
  'with a as (delete from t returning *) select * from a',
  'select f()',
  'select * from t for update',
  'create table t (a int)',
  'create index i on t (a)',
  'reindex table t',
  'cluster t',
  'alter table t detach partition p',
  'alter table t add column concurrent int',
  'refresh materialized view concurrently v',
  "create subscription s connection 'x' publication p with (connect = false)",
  'drop table t',
  'do $$ begin null; end $$',
  'call p()',
  'set local work_mem = $$1MB$$',
  'set constraints all deferred',
  'notify c',
  'lock table t',
  'analyze t',
  "select set_config('app.user', 'x', true)",
])('may run: %s', async (text) => {
  expect(await verdict(text)).toBe('may run');
});

test.each([
  ['begin', 'transaction-control'],
  ['commit', 'transaction-control'],
  ['rollback', 'transaction-control'],
  ['savepoint s', 'transaction-control'],
  ["prepare transaction 'x'", 'transaction-control'],
  ['set search_path = x', 'session-state'],
  ['set role anon', 'session-state'],
  ['set local role anon', 'session-state'],
  ['set local session authorization anon', 'session-state'],
  ['set local statement_timeout = 0', 'session-state'],
  ['set transaction isolation level serializable', 'session-state'],
  ['reset all', 'session-state'],
  ['prepare p as select 1', 'session-state'],
  ['execute p', 'session-state'],
  ['deallocate p', 'session-state'],
  ['declare c cursor with hold for select 1', 'session-state'],
  ['fetch c', 'session-state'],
  ['close c', 'session-state'],
  ['listen c', 'session-state'],
  ['unlisten *', 'session-state'],
  ['discard all', 'session-state'],
  ["load 'x'", 'session-state'],
  ['copy t from stdin', 'copy'],
  ['explain delete from t', 'explain-or-show'],
  ['show work_mem', 'explain-or-show'],
  ['vacuum t', 'needs-no-transaction'],
  ['create index concurrently i on t (a)', 'needs-no-transaction'],
  ['drop index concurrently i', 'needs-no-transaction'],
  ['reindex table concurrently t', 'needs-no-transaction'],
  ['reindex schema s', 'needs-no-transaction'],
  ['reindex database d', 'needs-no-transaction'],
  ['cluster', 'needs-no-transaction'],
  ['alter table t detach partition p concurrently', 'needs-no-transaction'],
  ['alter database d set tablespace x', 'needs-no-transaction'],
  ["create subscription s connection 'x' publication p", 'needs-no-transaction'],
  ['create tablespace s location $$/x$$', 'needs-no-transaction'],
  ['drop tablespace s', 'needs-no-transaction'],
  ['create database d', 'needs-no-transaction'],
  ['drop database d', 'needs-no-transaction'],
  ["alter system set work_mem = '1MB'", 'needs-no-transaction'],
  ["select set_config('role', 'anon', true)", 'refused-call'],
  ["insert into t select set_config('a.b', 'c', false)", 'refused-call'],
  ['delete from t; delete from s', 'several-statements'],
  ['', 'empty-statement'],
])('is refused: %s (%s)', async (text, code) => {
  expect(await verdict(text)).toBe(code);
});
