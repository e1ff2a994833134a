import './allow-node-20-line.js';
import { randomUUID } from 'node:crypto';
import { createTestCall } from '@hybrid-supabase/contract-tests';
import { startLocalStack, type LocalStack } from '@hybrid-supabase/local-stack';
import { digestOf, installSql, sql, sqlSemantics } from '@hybrid-supabase/sql';
import pg from 'pg';
import { createSupabaseLayer, type SupabaseLayer } from '../src/index.js';
import { valueOf } from './value-of.js';

let stack: LocalStack;
let layer: SupabaseLayer;
const inDatabase = async (text: string): Promise<pg.QueryResult> => {
  const client = new pg.Client({ connectionString: stack.databaseUrl });
  await client.connect();
  return client.query(text).finally(() => client.end());
};
beforeAll(async () => {
  stack = valueOf(
    (await startLocalStack()).mapErr((error) => ({
      layer: 'stack',
      kind: 'failed',
      effect: 'none',
      message: error.message,
    })),
  );
  layer = createSupabaseLayer({ url: stack.url, key: stack.serviceRoleKey });
}, 60_000);
afterAll(async () => {
  await layer.close();
  await stack.stop();
});

test('without the installed function SQL is unsupported, and the hint says what to run', async () => {
  const error = (await layer.ports.sql.read(sql`select 1`, createTestCall()))._unsafeUnwrapErr();
  expect(error).toMatchObject({ kind: 'unsupported', effect: 'none' });
  expect(error.hint).toContain('hybrid install');
});

describe('with the installed function', () => {
  beforeAll(async () => {
    await inDatabase(installSql);
    await inDatabase(
      'create table jobs (n bigint, at timestamptz); grant all on jobs to service_role; create unique index on jobs (n) where n < 0',
    );
    await inDatabase('grant select on jobs to anon');
  });
  afterEach(() => inDatabase('truncate jobs'));
  const count = async (): Promise<unknown> => (await inDatabase('select count(*)::int as n from jobs')).rows[0]?.n;
  const database = () => layer.ports.sql;

  test('an answer may be as large as the layer says', async () => {
    const narrow = createSupabaseLayer({ url: stack.url, key: stack.serviceRoleKey, maxResultBytes: 100 });
    const read = (length: number) =>
      narrow.ports.sql.read(sql`select repeat('x', ${length}::int4) as text`, createTestCall());
    const [small, large] = [await read(1), await read(100)];
    await narrow.close();
    expect(valueOf(small).rows).toEqual([{ text: 'x' }]);
    expect(large._unsafeUnwrapErr()).toMatchObject({ code: 'result-too-large', effect: 'none' });
  });

  test('values come back as they went, to the last digit', async () => {
    const { rows } = valueOf(
      await database().read(
        sql`select ${9007199254740993n}::int8 as big, ${'0.1000000000000000000001'}::numeric as exact, ${'a\u2028"\\'} as text, ${null}::text as nothing`,
        createTestCall(),
      ),
    );
    expect(rows).toEqual([
      { big: 9007199254740993n, exact: '0.1000000000000000000001', text: 'a\u2028"\\', nothing: null },
    ]);
  });

  test('a write with a key takes effect once, however often it is sent', async () => {
    const key = randomUUID();
    const insert = sql`insert into jobs (n) values (1) returning n`;
    for (let time = 0; time < 3; time += 1)
      valueOf(await database().write(insert, createTestCall({ idempotencyKey: key })));
    expect(await count()).toBe(1);
  });

  test('an attempt that was fenced can never take effect', async () => {
    const [key, attemptId] = [randomUUID(), randomUUID()];
    const insert = sql`insert into jobs (n) values (2)`;
    const settled = valueOf(
      await database().settle({ key, digest: digestOf([insert.text]), attemptIds: [attemptId] }, createTestCall()),
    );
    const late = await database().write(insert, createTestCall({ idempotencyKey: key, attemptId }));
    expect([settled.state, late._unsafeUnwrapErr().code, await count()]).toEqual(['fenced', 'fenced', 0]);
    expect(sqlSemantics.questions['sql.write']).toBeDefined();
  });

  test('a batch is all or nothing', async () => {
    const statements = [sql`insert into jobs (n) values (3)`, sql`insert into jobs (n) values (${'x'}::bigint)`];
    expect((await database().batch({ statements }, createTestCall()))._unsafeUnwrapErr()).toMatchObject({
      effect: 'none',
      sqlState: '22P02',
    });
    expect(await count()).toBe(0);
  });

  test.each([
    ['a duplicate', sql`insert into jobs (n) values (-1), (-1)`, 'conflict', '23505'],
    ['a table that is not there', sql`insert into nowhere values (1)`, 'invalid-request', '42P01'],
  ])('the database speaks for itself: %s', async (_what, statement, kind, sqlState) => {
    const error = (await database().write(statement, createTestCall()))._unsafeUnwrapErr();
    expect(error).toMatchObject({ kind, sqlState, effect: 'none' });
  });

  test('a read cannot write, and a weaker key does not get in', async () => {
    const call = createTestCall();
    expect((await database().read(sql`insert into jobs (n) values (1)`, call)).isErr()).toBe(true);
    const anonymous = createSupabaseLayer({ url: stack.url, key: stack.anonKey });
    const error = (await anonymous.ports.sql.read(sql`select * from jobs`, call))._unsafeUnwrapErr();
    expect([error.effect, error.kind]).toEqual(['none', 'denied']);
    expect(await count()).toBe(0);
  });
});
