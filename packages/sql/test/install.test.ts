import type pg from 'pg';
import {
  installFindings,
  installFindingsQuery,
  installSql,
  installVersion,
  pruneStatement,
  sql,
  uninstallSql,
} from '../src/index.js';
import { createCall, openTestDatabase, type TestDatabase } from './test-database.js';

let database: TestDatabase;
let owner: pg.Client;
beforeAll(async () => {
  database = await openTestDatabase();
  owner = await database.connect();
}, 60_000);
afterAll(() => database.close());
beforeEach(() => owner.query(installSql));

const findings = async () =>
  installFindings((await database.byText.read(installFindingsQuery, createCall()))._unsafeUnwrap()).map(
    ({ state, what }) => `${state}: ${what}`,
  );

test('nothing is found right after the installation', async () => {
  expect(await findings()).toEqual([]);
});

test('without an installation every part is missing and nothing is out of date', async () => {
  await owner.query(uninstallSql);
  const found = await findings();
  expect(found).toContain('missing: the schema hybrid');
  expect(found).toContain('missing: the function hybrid.prune(interval)');
  expect(found).toContain('missing: the function public.hybrid_run(jsonb)');
  expect(found.filter((text) => !text.startsWith('missing: '))).toEqual([]);
});

test.each([
  ['drop function hybrid.prune(interval)', 'missing: the function hybrid.prune(interval)'],
  ['drop function public.hybrid_run(jsonb)', 'missing: the function public.hybrid_run(jsonb)'],
  [
    'revoke execute on function public.hybrid_run(jsonb) from service_role',
    'missing: the right of service_role to call public.hybrid_run',
  ],
  [
    'grant execute on function public.hybrid_run(jsonb) to public',
    'out-of-date: public.hybrid_run, which anon may call',
  ],
  ['drop table hybrid.ledger', 'missing: the table hybrid.ledger'],
  ['revoke usage on schema hybrid from service_role', 'missing: rights of service_role in the schema hybrid'],
  ['revoke update on hybrid.ledger from service_role', 'missing: rights of service_role in the schema hybrid'],
  [
    'revoke execute on function hybrid.settle(text, text, text[]) from service_role',
    'missing: rights of service_role in the schema hybrid',
  ],
  ['grant usage on schema hybrid to public', 'out-of-date: the schema hybrid, in which anon has rights'],
  [
    'grant select on hybrid.ledger to authenticated',
    'out-of-date: the schema hybrid, in which authenticated has rights',
  ],
  ['alter table hybrid.ledger disable row level security', 'out-of-date: the table hybrid.ledger, which is another'],
  [
    'create or replace function hybrid.claim(the_key text, the_digest text, the_attempt text) returns text language plpgsql as $$ begin return null; end $$',
    'out-of-date: the function hybrid.claim(text,text,text), which is another',
  ],
  [
    'alter function public.hybrid_run(jsonb) security definer',
    'out-of-date: the function public.hybrid_run(jsonb), which is another',
  ],
  [
    'alter function hybrid.settle(text, text, text[]) reset search_path',
    'out-of-date: the function hybrid.settle(text,text,text[]), which is another',
  ],
  [
    'alter function hybrid.run(text, text, text, jsonb) set search_path = public',
    'out-of-date: the function hybrid.run(text,text,text,jsonb), which is another',
  ],
  [
    "comment on schema hybrid is 'hybrid-supabase 1'",
    `out-of-date: the installed version, which should be ${installVersion}`,
  ],
])('%s is found, and installing again mends it', async (change, finding) => {
  await owner.query(change);
  expect(await findings()).toContain(finding);
  await owner.query(installSql);
  expect(await findings()).toEqual([]);
});

test.each([
  ['alter table hybrid.ledger drop constraint ledger_pkey', 'out-of-date: the table hybrid.ledger, which is another'],
  ['alter table hybrid.ledger drop column fenced', 'out-of-date: the table hybrid.ledger, which is another'],
  [
    'alter function public.hybrid_run(jsonb) owner to anon',
    'out-of-date: the owner of some part, who is not that of the others',
  ],
])('%s is found; to mend it, the schema goes and comes again', async (change, finding) => {
  await owner.query(change);
  expect(await findings()).toContain(finding);
  await owner.query(uninstallSql + installSql);
  expect(await findings()).toEqual([]);
});

test('uninstalling leaves nothing behind', async () => {
  const left = `select (select count(*)::int from pg_namespace where nspname ~ 'hybrid')
    + (select count(*)::int from pg_proc where proname ~ 'hybrid') + (select count(*)::int from pg_class where relname ~ 'hybrid|ledger')
    + (select count(*)::int from pg_default_acl) as parts`;
  await owner.query(uninstallSql);
  const before = (await owner.query(left)).rows;
  await owner.query(installSql);
  expect((await owner.query(left)).rows).not.toEqual(before);
  await owner.query(uninstallSql);
  await owner.query(uninstallSql);
  expect((await owner.query(left)).rows).toEqual(before);
});

describe.each([
  ['text', () => database.byText],
  ['function', () => database.byFunction],
])('pruning by %s', (_door, port) => {
  test('removes the keys that are old enough, and no other', async () => {
    await owner.query('delete from hybrid.ledger');
    for (const key of ['old', 'young']) await port().write(sql`select 1 as one`, createCall({ key }));
    await owner.query("update hybrid.ledger set created_at = now() - interval '25 hours' where key = 'old'");
    const pruned = await port().write(pruneStatement(24), createCall());
    expect(pruned._unsafeUnwrap().rows).toEqual([{ removed: 1n }]);
    expect((await owner.query('select key from hybrid.ledger')).rows).toEqual([{ key: 'young' }]);
  });

  test('never takes a key younger than an hour', async () => {
    const refused = await port().write(sql`select hybrid.prune('1 minute')`, createCall());
    expect(refused._unsafeUnwrapErr()).toMatchObject({ kind: 'failed', sqlState: '22023', effect: 'none' });
  });
});

test.each([0, -1, 1.5, NaN])('%p hours are no age', (hours) => {
  expect(() => pruneStatement(hours)).toThrow(/olderThanHours/);
});
