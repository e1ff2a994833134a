import { checkMigration } from './check-migration.js';
import { installSql, uninstallSql } from './install-sql.js';

test.each([
  'create table t (a int)',
  'create table t (a int); create index concurrently_not on t (a);',
  'do $$ begin null; end $$',
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
