import type { LocalStack } from '../src/index.js';
import { query, start } from './stack-client.js';

let stack: LocalStack;
beforeAll(async () => void (stack = await start()), 60_000);
afterAll(() => stack?.stop());

test.each([
  [`storage.foldername('a/b/c.png')`, ['a', 'b']],
  [`storage.foldername('c.png')`, []],
  [`storage.filename('a/b/c.png')`, 'c.png'],
  [`storage.extension('a/b.x/c.tar.gz')`, 'gz'],
])('%s', async (expression, value) => {
  expect((await query(stack, `select ${expression} as value`)).body).toEqual([{ value }]);
});

test.each([
  ['object.list', 'object.list', true],
  ['storage.object.list', 'object.list', true],
  ['object.list', 'object.get', false],
])('allow_only_operation(%s) during %s is %s', async (expected, current, value) => {
  const text = `begin; select set_config('storage.operation', 'storage.${current}', true); select storage.allow_only_operation('${expected}') as value`;
  expect((await query(stack, text)).body).toEqual([{ value }]);
});

test('nothing is deleted by SQL until the transaction says that it may', async () => {
  await query(stack, `insert into storage.buckets (id, name) values ('kept', 'kept')`);
  const refused = await query(stack, `delete from storage.buckets where id = 'kept'`);
  expect(refused.body).toEqual({
    message: expect.stringContaining('ERROR:  42501: Direct deletion from storage tables is not allowed'),
  });
  const allowed = `begin; set local storage.allow_delete_query = 'true'; delete from storage.buckets where id = 'kept'; commit`;
  expect((await query(stack, allowed)).status).toBe(201);
  expect((await query(stack, 'select id from storage.buckets')).body).toEqual([]);
});

test.each([
  [
    'a second bucket of the same name',
    `insert into storage.buckets (id, name) values ('a', 'twin'), ('b', 'twin')`,
    '23505',
  ],
  [
    'a bucket name of 101 characters',
    `insert into storage.buckets (id, name) values ('long', repeat('x', 101))`,
    'P0001',
  ],
  [
    'versioning, though it has a column',
    `insert into storage.buckets (id, name, versioning_status) values ('v', 'v', 'ENABLED')`,
    '23514',
  ],
  [
    'a new id for a bucket that has objects',
    `insert into storage.buckets (id, name) values ('r', 'r'); insert into storage.objects (bucket_id, name) values ('r', 'a');
    update storage.buckets set id = 'other' where id = 'r'`,
    '23503',
  ],
  [
    'deleting a bucket that has objects, even where deleting is allowed',
    `begin; insert into storage.buckets (id, name) values ('d', 'd'); insert into storage.objects (bucket_id, name) values ('d', 'a');
    set local storage.allow_delete_query = 'true'; delete from storage.buckets where id = 'd'`,
    '23503',
  ],
  ['deleting where no row is', `delete from storage.objects where name = 'none'`, '42501'],
  [
    'a policy by a role that does not own the table',
    `begin; set local role authenticated; create policy p on storage.objects using (true)`,
    '42501: must be owner of table objects',
  ],
])('%s is refused', async (_name, text, sqlState) => {
  expect((await query(stack, text)).body).toEqual({ message: expect.stringContaining(`ERROR:  ${sqlState}`) });
});

test('emptying a table as a whole is not guarded', async () => {
  expect((await query(stack, 'begin; truncate storage.objects; rollback')).status).toBe(201);
});

test('a bucket needs nothing but id and name, and is an ordinary one', async () => {
  const text = `begin; insert into storage.buckets (id, name) values ('bare', 'bare'); select type, public from storage.buckets where id = 'bare'`;
  expect((await query(stack, text)).body).toEqual([{ type: 'STANDARD', public: false }]);
});

const namesOf = async (text: string): Promise<unknown> =>
  (await query(stack, `select string_agg(name, ' ' order by name collate "C") as names from (${text}) as listed`)).body;
const columnsOf = (table: string): string =>
  `select column_name as name from information_schema.columns where table_schema = 'storage' and table_name = '${table}'`;

test.each([
  [
    'columns of buckets',
    columnsOf('buckets'),
    'allowed_mime_types avif_autodetection created_at file_size_limit id name owner owner_id public type updated_at versioning_status',
  ],
  [
    'columns of objects',
    columnsOf('objects'),
    'archived_at bucket_id created_at id is_delete_marker is_versioned last_accessed_at metadata name owner owner_id path_tokens updated_at user_metadata version',
  ],
  ['generated columns', `${columnsOf('objects')} and is_generated = 'ALWAYS'`, 'path_tokens'],
  [
    'indexes beside the keys',
    `select indexname as name from pg_indexes where schemaname = 'storage' and indexname not like '%_pkey'`,
    'bname bucketid_objname idx_objects_bucket_id_name idx_objects_bucket_id_name_lower name_prefix_search',
  ],
  [
    'triggers',
    `select tgname as name from pg_trigger where not tgisinternal and tgrelid in ('storage.buckets'::regclass, 'storage.objects'::regclass)`,
    'enforce_bucket_name_length_trigger protect_buckets_delete protect_objects_delete update_objects_updated_at',
  ],
  [
    'functions',
    `select proname as name from pg_proc where pronamespace = 'storage'::regnamespace`,
    'allow_any_operation allow_only_operation enforce_bucket_name_length extension filename foldername operation protect_delete update_updated_at_column',
  ],
  [
    'tables under row level security that is not forced on their owner',
    `select relname as name from pg_class where relnamespace = 'storage'::regnamespace and relrowsecurity and not relforcerowsecurity`,
    'buckets objects',
  ],
  ['policies', `select policyname as name from pg_policies where schemaname = 'storage'`, null],
  [
    'roles that pass by row level security',
    `select rolname as name from pg_roles where rolbypassrls and rolname in ('anon', 'authenticated', 'service_role', 'authenticator')`,
    'service_role',
  ],
  [
    'rights that one of the three roles lacks',
    `select r || ' ' || p as name from unnest('{anon,authenticated,service_role}'::text[]) r, unnest('{select,insert,update,delete}'::text[]) p
    where not has_table_privilege(r, 'storage.objects', p) or not has_table_privilege(r, 'storage.buckets', p)`,
    null,
  ],
])('these are the %s, as on the hosted service', async (_what, text, names) => {
  expect(await namesOf(text)).toEqual([{ names }]);
});

test('an update of an object moves updated_at', async () => {
  await query(
    stack,
    `insert into storage.buckets (id, name) values ('b', 'b');
    insert into storage.objects (bucket_id, name, updated_at) values ('b', 'x/y', '2001-01-01')`,
  );
  await query(stack, `update storage.objects set version = 'v' where name = 'x/y'`);
  expect(
    (await query(stack, `select updated_at > '2002-01-01' as moved, path_tokens from storage.objects`)).body,
  ).toEqual([{ moved: true, path_tokens: ['x', 'y'] }]);
});

test('without a policy nobody but service_role sees an object', async () => {
  const seenBy = async (role: string) =>
    (await query(stack, `begin; set local role ${role}; select count(*) as seen from storage.objects`)).body;
  expect(await Promise.all(['anon', 'authenticated', 'service_role'].map(seenBy))).toEqual([
    [{ seen: 0 }],
    [{ seen: 0 }],
    [{ seen: 1 }],
  ]);
});

test('postgres writes policies on objects and may not become the owner of everything', async () => {
  expect((await query(stack, 'create policy open on storage.objects for select to anon using (true)')).status).toBe(
    201,
  );
  expect((await query(stack, 'begin; set local role anon; select name from storage.objects')).body).toEqual([
    { name: 'x/y' },
  ]);
  expect((await query(stack, 'set role supabase_admin')).body).toEqual({ message: expect.stringContaining('42501') });
});

test('a new table of postgres is open to every role, and row level security is what guards it', async () => {
  await query(stack, 'create table fresh (id int); insert into fresh values (1)');
  expect((await query(stack, 'begin; set local role anon; select * from fresh')).body).toEqual([{ id: 1 }]);
  await query(stack, 'alter table fresh enable row level security');
  expect((await query(stack, 'begin; set local role anon; select * from fresh')).body).toEqual([]);
  expect((await query(stack, 'begin; set local role anon; insert into fresh values (2)')).body).toEqual({
    message: expect.stringContaining('ERROR:  42501: new row violates row-level security policy'),
  });
});

test('pgcrypto and uuid functions are found without a schema', async () => {
  expect(
    (
      await query(
        stack,
        `select length(uuid_generate_v4()::text) as a, length(encode(digest('x', 'sha256'), 'hex')) as b`,
      )
    ).body,
  ).toEqual([{ a: 36, b: 64 }]);
});
