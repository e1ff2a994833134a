import type { SqlPort } from '@hybrid-supabase/core';
import type pg from 'pg';
import { createCoalescingBackend, createSqlPort, defaultMaxResultBytes, sql, type SqlBackend } from '../src/index.js';
import { createCall, functionBackend, openTestDatabase, textBackend, type TestDatabase } from './test-database.js';

let database: TestDatabase;
let client: pg.Client;
beforeAll(async () => {
  database = await openTestDatabase();
  client = await database.connect();
  await client.query('create table notes (id int8, body text); grant all on notes to service_role');
}, 60_000);
beforeEach(() => client.query('truncate notes'));
afterAll(() => database.close());

const doors: readonly (readonly [string, (client: pg.Client) => SqlBackend])[] = [
  ['text', textBackend],
  ['function', functionBackend],
];
const maxResultBytes = 2_000;
const tooLarge = { kind: 'failed', effect: 'none', code: 'result-too-large' };

describe.each(doors)('by %s', (_name, backendOf) => {
  let port: SqlPort;
  beforeAll(async () => {
    port = createSqlPort(backendOf(await database.connect()), { maxResultBytes });
  });

  const countNotes = async (): Promise<unknown> =>
    (await client.query('select count(*)::int4 as n from notes')).rows[0];
  const readBytes = (bytes: number) => port.read(sql`select repeat('x', ${bytes}::int4) as body`, createCall());

  test('a result up to the limit arrives, one byte more is refused with its size', async () => {
    const { message } = (await readBytes(maxResultBytes))._unsafeUnwrapErr();
    const mostBytes = 2 * maxResultBytes - Number(/\d+/.exec(message)?.[0]);
    expect((await readBytes(mostBytes)).isOk()).toBe(true);
    const error = (await readBytes(mostBytes + 1))._unsafeUnwrapErr();
    expect(error).toMatchObject(tooLarge);
    expect(error.message).toContain(`${maxResultBytes + 1} bytes`);
    expect(error.hint).toContain('page by page');
  });

  test('bytes are counted, not characters', async () => {
    expect((await port.read(sql`select repeat('é', 1500) as body`, createCall()))._unsafeUnwrapErr()).toMatchObject(
      tooLarge,
    );
  });

  test('the next call is served as before', async () => {
    expect((await readBytes(1_000_000)).isErr()).toBe(true);
    expect((await port.read(sql`select 1 as one`, createCall()))._unsafeUnwrap().rows).toEqual([{ one: 1 }]);
  });

  const insert = sql`insert into notes select n, repeat('x', 1000) from generate_series(1, 3) n returning *`;

  test('a write that answers too much changes nothing', async () => {
    expect((await port.write(insert, createCall()))._unsafeUnwrapErr()).toMatchObject(tooLarge);
    expect(await countNotes()).toEqual({ n: 0 });
  });

  test('nor does one with a key, which stays free', async () => {
    const key = `too-large-${_name}`;
    expect((await port.write(insert, createCall({ key })))._unsafeUnwrapErr()).toMatchObject(tooLarge);
    expect(await countNotes()).toEqual({ n: 0 });
    const smaller = await port.write(sql`insert into notes values (1, 'x')`, createCall({ key }));
    expect(smaller._unsafeUnwrap().rowCount).toBe(1);
  });

  test('the results of a batch are counted together', async () => {
    const one = sql`insert into notes values (1, repeat('x', 1200)) returning body`;
    expect((await port.batch({ statements: [one] }, createCall())).isOk()).toBe(true);
    const error = (await port.batch({ statements: [one, one] }, createCall()))._unsafeUnwrapErr();
    expect(error).toMatchObject(tooLarge);
    expect(Number(/\d+/.exec(error.message)?.[0])).toBeGreaterThan(2_400);
    expect(await countNotes()).toEqual({ n: 1 });
  });
});

test('reads that travel together and are too large together still come apart', async () => {
  const backend = textBackend(await database.connect());
  // One connection takes one request at a time.
  let turn: Promise<unknown> = Promise.resolve();
  const inTurn: SqlBackend = {
    layer: backend.layer,
    send: (request, call) => {
      const answer = turn.then(() => backend.send(request, call));
      turn = answer;
      return answer;
    },
  };
  const port = createSqlPort(createCoalescingBackend(inTurn), { maxResultBytes });
  const sizes = [800, 900, 3_000, 700];
  const answers = await Promise.all(
    sizes.map((bytes) => port.read(sql`select repeat('x', ${bytes}::int4) as body`, createCall())),
  );
  expect(answers.map((answer) => (answer.isOk() ? answer.value.rowCount : answer.error.code))).toEqual([
    1,
    1,
    'result-too-large',
    1,
  ]);
});

test('a result just above the default is refused', async () => {
  const error = (
    await database.byText.read(sql`select repeat('x', ${defaultMaxResultBytes}::int4) as body`, createCall())
  )._unsafeUnwrapErr();
  expect(error).toMatchObject(tooLarge);
}, 20_000);
