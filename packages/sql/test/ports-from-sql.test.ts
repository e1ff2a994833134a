import type { SqlPort } from '@hybrid-supabase/core';
import { createBucketsPort, createPoliciesPort } from '../src/index.js';
import { createCall, openTestDatabase, type TestDatabase } from './test-database.js';

let database: TestDatabase;
beforeAll(async () => {
  database = await openTestDatabase();
}, 60_000);
afterAll(() => database.close());

describe.each<[string, () => SqlPort]>([
  ['text', () => database.byText],
  ['function', () => database.byFunction],
])('buckets by %s', (name, sql) => {
  const buckets = () => createBucketsPort({ sql: sql(), layer: 'test' });

  test('a bucket is created, found, listed and updated', async () => {
    const id = `b-${name}`;
    const made = (await buckets().create({ id }, createCall()))._unsafeUnwrap();
    expect(made).toEqual({ id, public: false, fileSizeLimit: null, allowedMimeTypes: null, createdAt: made.createdAt });
    expect(new Date(made.createdAt).toISOString()).toBe(made.createdAt);
    expect((await buckets().get({ id }, createCall()))._unsafeUnwrap()).toEqual(made);
    expect((await buckets().list({}, createCall()))._unsafeUnwrap()).toContainEqual(made);
    const settings = { public: true, fileSizeLimit: 5_000_000_000, allowedMimeTypes: ['image/*', 'text/plain'] };
    expect((await buckets().update({ id, ...settings }, createCall()))._unsafeUnwrap()).toEqual({
      ...made,
      ...settings,
    });
    expect((await buckets().update({ id, fileSizeLimit: null }, createCall()))._unsafeUnwrap()).toEqual({
      ...made,
      ...settings,
      fileSizeLimit: null,
    });
    expect((await buckets().update({ id }, createCall()))._unsafeUnwrap()).toMatchObject(
      settings.allowedMimeTypes.length ? { public: true } : {},
    );
  });

  test('a bucket that a trigger took is no proof of anything', async () => {
    const owner = await database.connect();
    await owner.query(`create table taken_${name} (id text); grant all on taken_${name} to service_role;
create function take_${name}() returns trigger language plpgsql as $$ begin
  insert into public.taken_${name} values (new.id); return null; end $$;
create trigger take_${name} before insert on storage.buckets for each row when (new.id = 'swallowed-${name}')
  execute function take_${name}();`);
    const answer = await buckets().create({ id: `swallowed-${name}` }, createCall());
    expect(answer._unsafeUnwrapErr()).toMatchObject({ kind: 'invalid-reply', effect: 'unknown' });
    expect((await owner.query(`select id from taken_${name}`)).rows).toEqual([{ id: `swallowed-${name}` }]);
  });

  test('a taken id is a conflict; with the key of the first it is the recorded answer', async () => {
    const id = `taken-${name}`;
    const made = (await buckets().create({ id, public: true }, createCall({ key: id })))._unsafeUnwrap();
    expect((await buckets().create({ id, public: true }, createCall({ key: id })))._unsafeUnwrap()).toEqual(made);
    expect((await buckets().create({ id }, createCall()))._unsafeUnwrapErr()).toMatchObject({
      kind: 'conflict',
      code: 'BucketAlreadyExists',
      effect: 'none',
    });
  });

  test('a missing bucket is not found', async () => {
    for (const answer of [
      await buckets().get({ id: 'none' }, createCall()),
      await buckets().update({ id: 'none', public: true }, createCall()),
    ])
      expect(answer._unsafeUnwrapErr()).toMatchObject({ kind: 'not-found', code: 'NoSuchBucket', effect: 'none' });
  });

  test.each(['', ' a', 'a ', 'a/b', 'a?b', 'ä', '..', 'x'.repeat(101), 'a\nb', 'a\n', 'b--table-s3'])(
    'the name %j is refused',
    async (id) => {
      expect((await buckets().create({ id }, createCall()))._unsafeUnwrapErr()).toMatchObject({
        kind: 'invalid-request',
        code: 'InvalidBucketName',
      });
    },
  );

  test.each([
    [{ fileSizeLimit: 1.5 }, 'InvalidFileSizeLimit'],
    [{ fileSizeLimit: -1 }, 'InvalidFileSizeLimit'],
    [{ fileSizeLimit: NaN }, 'InvalidFileSizeLimit'],
    [{ fileSizeLimit: 0 }, 'InvalidFileSizeLimit'],
    [{ fileSizeLimit: JSON.parse('"20MB"') }, 'InvalidFileSizeLimit'],
    [{ allowedMimeTypes: ['a/b_c'] }, 'InvalidMimeType'],
    [{ allowedMimeTypes: [`a/${'b'.repeat(1000)}`] }, 'InvalidMimeType'],
    [{ allowedMimeTypes: ['image/png\n'] }, 'InvalidMimeType'],
    [{ allowedMimeTypes: ['image'] }, 'InvalidMimeType'],
    [{ allowedMimeTypes: ['*/*'] }, 'InvalidMimeType'],
    [{ allowedMimeTypes: ['a/b c'] }, 'InvalidMimeType'],
  ])('%j is refused as %s', async (settings, code) => {
    expect((await buckets().create({ id: 'refused', ...settings }, createCall()))._unsafeUnwrapErr()).toMatchObject({
      kind: 'invalid-request',
      code,
    });
  });
});

// Only the owner of the table may create policies, so these go by text alone.
describe('policies', () => {
  const policies = () => createPoliciesPort({ sql: database.byText, layer: 'test' });
  const names = async (bucket?: string) =>
    (await policies().list(bucket === undefined ? {} : { bucket }, createCall()))
      ._unsafeUnwrap()
      .map(({ name }) => name);

  test('a policy is created for one bucket, listed and dropped', async () => {
    const name = 'own "files"; drop table x --';
    const made = (
      await policies().create(
        { bucket: "it's", name, command: 'all', using: 'owner_id = (1)::text -- mine', withCheck: 'true or false' },
        createCall(),
      )
    )._unsafeUnwrap();
    expect(made).toMatchObject({ name, command: 'all', roles: ['authenticated'] });
    expect((await policies().list({ bucket: "it's" }, createCall()))._unsafeUnwrap()).toEqual([
      {
        name,
        command: 'all',
        roles: ['authenticated'],
        using: "((bucket_id = 'it''s'::text) AND (owner_id = (1)::text))",
        withCheck: "((bucket_id = 'it''s'::text) AND (true OR false))",
      },
    ]);
    expect(await names('another')).toEqual([]);
    expect((await policies().drop({ name }, createCall())).isOk()).toBe(true);
    expect(await names("it's")).toEqual([]);
  });

  test.each([
    ['select', { using: true, withCheck: false }],
    ['insert', { using: false, withCheck: true }],
    ['update', { using: true, withCheck: true }],
    ['delete', { using: true, withCheck: false }],
  ] as const)('a policy for %s holds the bucket in the expressions it takes', async (command, takes) => {
    const made = (
      await policies().create(
        { bucket: 'b', name: command, command, roles: ['anon', 'public'] },
        createCall({ key: command }),
      )
    )._unsafeUnwrap();
    expect([made.using !== null, made.withCheck !== null]).toEqual([takes.using, takes.withCheck]);
    const again = await policies().create(
      { bucket: 'b', name: command, command, roles: ['anon', 'public'] },
      createCall({ key: command }),
    );
    expect(again._unsafeUnwrap()).toEqual(made);
    expect(
      (await policies().create({ bucket: 'b', name: command, command }, createCall()))._unsafeUnwrapErr(),
    ).toMatchObject({ kind: 'conflict', code: 'PolicyAlreadyExists' });
  });

  test.each([
    ['name', { name: '' }, 'InvalidName'],
    ['long name', { name: 'x'.repeat(64) }, 'InvalidName'],
    ['no role', { roles: [] }, 'InvalidName'],
    ['bucket', { bucket: 'a/b' }, 'InvalidBucketName'],
    ['expression for insert', { command: 'insert', using: 'true' }, 'InvalidExpression'],
    ['two expressions', { using: 'true, false' }, 'not-an-expression'],
    ['a way out', { using: 'true) to public; drop table x; --' }, '42601'],
    ['closed and opened again', { using: 'true) or (true' }, '42601'],
    ['a clause', { using: 'true from pg_class' }, '42601'],
    ['a parameter', { using: 'owner_id = $1' }, 'not-an-expression'],
    ['nothing', { using: '' }, '42601'],
    ['a star', { using: '*' }, '42601'],
    ['an alias', { using: 'true as x' }, '42601'],
    ['an open comment', { using: 'true /*' }, '42601'],
  ] as const)('%s is refused before anything is sent', async (_what, change, code) => {
    const policy = { bucket: 'b', name: 'refused', command: 'all', ...change } as const;
    expect((await policies().create(policy, createCall()))._unsafeUnwrapErr()).toMatchObject({
      kind: 'invalid-request',
      code,
      effect: 'none',
    });
    expect(await names('b')).not.toContain('refused');
  });

  test('no other policy is dropped, whose name is a longer one cut', async () => {
    const name = 'x'.repeat(63);
    (await policies().create({ bucket: 'cut', name, command: 'select' }, createCall()))._unsafeUnwrap();
    for (const other of [`${name}y`, '', 'a\0b'])
      expect((await policies().drop({ name: other }, createCall()))._unsafeUnwrapErr()).toMatchObject({
        kind: 'invalid-request',
        code: 'InvalidName',
        effect: 'none',
      });
    expect(await names('cut')).toEqual([name]);
  });

  test('a missing policy is not found, and a missing role is told', async () => {
    expect((await policies().drop({ name: 'none' }, createCall()))._unsafeUnwrapErr()).toMatchObject({
      kind: 'not-found',
      code: 'NoSuchPolicy',
    });
    const error = (
      await policies().create({ bucket: 'b', name: 'n', command: 'select', roles: ['nobody here'] }, createCall())
    )._unsafeUnwrapErr();
    expect(error).toMatchObject({ sqlState: '42704', effect: 'none' });
  });
});
