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
])('%s is refused', async (_name, text, sqlState) => {
  expect((await query(stack, text)).body).toEqual({ message: expect.stringContaining(`ERROR:  ${sqlState}:`) });
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
