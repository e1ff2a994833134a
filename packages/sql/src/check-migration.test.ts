import { checkMigration } from './check-migration.js';
import { installSql, uninstallSql } from './install-sql.js';

test.each([
  'create table t (a int)',
  'create table t (a int); create index concurrently_not on t (a);',
  'do $$ begin null; end $$',
  "set search_path = x; select pg_catalog.set_config('search_path', '', false); create table t ()",
  "copy t from '/srv/rows'",
  "comment on table t is E'\\\\connect'; -- \\. copy t from stdin;",
])('%s may be a migration', async (query) => {
  expect((await checkMigration('x', query)).isOk()).toBe(true);
});

test.each([
  ['', 'empty-statement'],
  ['-- later', 'empty-statement'],
  ['create tabel t ()', '42601'],
  ['begin; create table t (); commit', 'transaction-control'],
  ['create table t (); rollback', 'transaction-control'],
  ['create table "\0" ()', 'unsendable-text'],
])('%j is refused (%s)', async (query, code) => {
  expect((await checkMigration('x', query))._unsafeUnwrapErr()).toMatchObject({
    kind: 'invalid-request',
    code,
    effect: 'none',
    layer: 'x',
  });
});

test.each([
  ['installSql', installSql],
  ['uninstallSql', uninstallSql],
])('%s may be a migration itself', async (_name, query) => {
  expect((await checkMigration('x', query)).isOk()).toBe(true);
});

test.each([
  ['create table t (); create index concurrently i on t (a)', 'needs-no-transaction', 'Statement 2 '],
  ['vacuum', 'needs-no-transaction', 'Statement 1 '],
  ['drop index concurrently i', 'needs-no-transaction', 'Statement 1 '],
  ['reindex (concurrently) table t', 'needs-no-transaction', 'Statement 1 '],
  ['create database d', 'needs-no-transaction', 'Statement 1 '],
  ["alter system set work_mem = '1MB'", 'needs-no-transaction', 'Statement 1 '],
  ['discard all', 'needs-no-transaction', 'Statement 1 '],
  ['select 1; select 2; copy t to stdout', 'copy', 'Statement 3 '],
  ['copy t (a, b) from stdin with (format csv)', 'copy', 'Statement 1 '],
  ['create table t ();\ncopy t from stdin;\n1\\thunter2\n\\.\n', 'copy', 'The migration holds rows of a copy'],
])('%j is unsupported (%s), and its place is said', async (query, code, message) => {
  const error = (await checkMigration('x', query))._unsafeUnwrapErr();
  expect(error).toMatchObject({ kind: 'unsupported', code, effect: 'none', layer: 'x' });
  expect(error.message.startsWith(message)).toBe(true);
  expect(JSON.stringify(error)).not.toContain('hunter2');
});

test.each([
  ['\\connect other', 0],
  ['select 1;\n\\restrict token\ncreate table t ()', 10],
  ["select '😀';\n\\echo done", 13],
  ['select 1 \\gset', 9],
])('%j holds a command of psql at %i', async (query, position) => {
  expect((await checkMigration('x', query))._unsafeUnwrapErr()).toMatchObject({
    kind: 'invalid-request',
    code: 'psql-command',
    position,
  });
});
