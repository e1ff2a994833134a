import { setImmediate as tick } from 'node:timers/promises';
import type { SqlPort } from '@hybrid-supabase/core';
import type pg from 'pg';
import {
  createMigrationText,
  createSqlPort,
  digestOf,
  installSql,
  installStatus,
  installStatusQuery,
  maxResultCharacters,
  sql,
  uninstallSql,
} from '../src/index.js';
import { createCall, functionBackend, openTestDatabase, textBackend, type TestDatabase } from './test-database.js';

let database: TestDatabase;
let witness: pg.Client;

beforeAll(async () => {
  database = await openTestDatabase();
  witness = await database.connect();
  // No unique constraint: a second effect would be seen.
  await witness.query('create table effect (name text); grant all on effect to service_role');
}, 60_000);
afterAll(() => database.close());

const count = async (name: string): Promise<number> =>
  Number((await witness.query('select count(*)::int as n from effect where name = $1', [name])).rows[0].n);
const insert = (name: string) => sql`insert into effect values (${name}) returning name`;
const digestOfInsert = (name: string): string => digestOf([`insert into effect values (('${name}')) returning name`]);
const expected = (name: string) => ({ columns: [{ name: 'name', type: 'text' }], rows: [{ name }], rowCount: 1 });

describe.each<[string, () => SqlPort, () => SqlPort]>([
  ['text, then function', () => database.byText, () => database.byFunction],
  ['function, then text', () => database.byFunction, () => database.byText],
])('%s', (order, first, second) => {
  test('a second arrival of a key gives the recorded result and does nothing', async () => {
    const name = `twice ${order}`;
    expect((await first().write(insert(name), createCall({ key: name })))._unsafeUnwrap()).toEqual(expected(name));
    expect((await second().write(insert(name), createCall({ key: name })))._unsafeUnwrap()).toEqual(expected(name));
    expect(await count(name)).toBe(1);
  });

  test('the same key with other statements is a conflict', async () => {
    const name = `reused ${order}`;
    (await first().write(insert(name), createCall({ key: name })))._unsafeUnwrap();
    const error = (await second().write(insert(`${name}!`), createCall({ key: name })))._unsafeUnwrapErr();
    expect(error).toMatchObject({ kind: 'conflict', code: 'key-reused', effect: 'none' });
    const settled = await second().settle({ key: name, digest: 'another', attemptIds: ['a'] }, createCall());
    expect(settled._unsafeUnwrapErr()).toMatchObject({ kind: 'conflict', code: 'key-reused' });
  });

  test('a failed statement takes its claim back, and the key may be used again', async () => {
    const name = `failed ${order}`;
    const failing = [insert(name), sql`select 1 / 0`];
    expect((await first().batch({ statements: failing }, createCall({ key: name })))._unsafeUnwrapErr()).toMatchObject({
      sqlState: '22012',
      effect: 'none',
    });
    expect(await count(name)).toBe(0);
    expect((await second().write(insert(name), createCall({ key: name })))._unsafeUnwrap()).toEqual(expected(name));
    expect(await count(name)).toBe(1);
  });

  test('what happened is settled with its recorded result', async () => {
    const name = `settled ${order}`;
    (await first().write(insert(name), createCall({ key: name })))._unsafeUnwrap();
    const settled = await second().settle(
      { key: name, digest: digestOfInsert(name), attemptIds: ['lost'] },
      createCall(),
    );
    expect(settled._unsafeUnwrap()).toEqual({ state: 'happened', results: [expected(name)] });
  });

  test('what did not happen is fenced: the late original leaves nothing, a new attempt takes effect', async () => {
    const name = `fenced ${order}`;
    const settled = await first().settle(
      { key: name, digest: digestOfInsert(name), attemptIds: ['lost 1', 'lost 2'] },
      createCall(),
    );
    expect(settled._unsafeUnwrap()).toEqual({ state: 'fenced' });
    const late = await second().write(insert(name), createCall({ key: name, attemptId: 'lost 2' }));
    expect(late._unsafeUnwrapErr()).toMatchObject({
      kind: 'conflict',
      code: 'fenced',
      sqlState: 'HB001',
      effect: 'none',
    });
    expect(await count(name)).toBe(0);
    expect((await second().write(insert(name), createCall({ key: name, attemptId: 'new' })))._unsafeUnwrap()).toEqual(
      expected(name),
    );
    expect(await count(name)).toBe(1);
  });

  test('settling again fences further attempts', async () => {
    const name = `fenced twice ${order}`;
    for (const attemptId of ['one', 'two', 'two']) {
      const settled = await first().settle(
        { key: name, digest: digestOfInsert(name), attemptIds: [attemptId] },
        createCall(),
      );
      expect(settled._unsafeUnwrap()).toEqual({ state: 'fenced' });
    }
    for (const attemptId of ['one', 'two'])
      expect((await second().write(insert(name), createCall({ key: name, attemptId })))._unsafeUnwrapErr().code).toBe(
        'fenced',
      );
    expect(await count(name)).toBe(0);
  });

  test('a batch without a key runs each time', async () => {
    const name = `plain ${order}`;
    for (const port of [first(), second()])
      expect((await port.batch({ statements: [insert(name), insert(name)] }, createCall()))._unsafeUnwrap()).toEqual([
        expected(name),
        expected(name),
      ]);
    expect(await count(name)).toBe(4);
  });

  test('a result too large to be recorded fails its whole transaction', async () => {
    const name = `large ${order}`;
    const statements = [insert(name), sql`select repeat('x', ${maxResultCharacters}::int) as text`];
    expect((await first().batch({ statements }, createCall({ key: name })))._unsafeUnwrapErr()).toMatchObject({
      kind: 'failed',
      code: 'result-too-large',
      effect: 'none',
    });
    expect(await count(name)).toBe(0);
  });
});

test('one key from many connections at once takes effect once, and all get its result', async () => {
  const ports = await Promise.all(
    Array.from({ length: 6 }, async (_, at) =>
      createSqlPort((at % 2 === 0 ? textBackend : functionBackend)(await database.connect())),
    ),
  );
  for (let round = 0; round < 15; round += 1) {
    const name = `race ${round}`;
    const results = await Promise.all(ports.map((port) => port.write(insert(name), createCall({ key: name }))));
    expect(results.map((result) => result._unsafeUnwrap())).toEqual(ports.map(() => expected(name)));
    expect(await count(name)).toBe(1);
  }
});

test('attempts and settlements at once never disagree', async () => {
  const [writer, settler] = await Promise.all([database.connect(), database.connect()]);
  const [write, settle] = [createSqlPort(textBackend(writer)), createSqlPort(functionBackend(settler))];
  for (let round = 0; round < 60; round += 1) {
    const name = `duel ${round}`;
    const [written, settled] = await Promise.all([
      ticks(round % 8).then(() => write.write(insert(name), createCall({ key: name, attemptId: 'lost' }))),
      ticks((round * 3) % 8).then(() =>
        settle.settle({ key: name, digest: digestOfInsert(name), attemptIds: ['lost'] }, createCall()),
      ),
    ]);
    const { state } = settled._unsafeUnwrap();
    expect([written.isOk(), await count(name)]).toEqual(state === 'happened' ? [true, 1] : [false, 0]);
  }
});

async function ticks(rounds: number): Promise<void> {
  for (let round = 0; round < rounds; round += 1) await tick();
}

test('a settlement waits for an original that is still running', async () => {
  const [original, asker] = await Promise.all([database.connect(), database.connect()]);
  const name = 'in flight';
  await original.query('begin');
  await original.query("select hybrid.run($1, $2, 'lost', $3)", [
    name,
    digestOfInsert(name),
    JSON.stringify([{ sql: `insert into effect values ('${name}')`, answers: false }]),
  ]);
  const settled = createSqlPort(textBackend(asker)).settle(
    { key: name, digest: digestOfInsert(name), attemptIds: ['lost'] },
    createCall(),
  );
  const { rows } = await waitForLock();
  expect(rows).toEqual([{ waits: true }]);
  await original.query('commit');
  expect((await settled)._unsafeUnwrap()).toEqual({
    state: 'happened',
    results: [{ columns: [], rows: [], rowCount: null }],
  });
});

test('a settlement that waited for an original that failed fences it', async () => {
  const [original, asker] = await Promise.all([database.connect(), database.connect()]);
  const name = 'in vain';
  await original.query('begin');
  await original.query("select hybrid.run($1, $2, 'lost', $3)", [name, digestOfInsert(name), '[]']);
  const settled = createSqlPort(textBackend(asker)).settle(
    { key: name, digest: digestOfInsert(name), attemptIds: ['lost'] },
    createCall(),
  );
  await waitForLock();
  await original.query('rollback');
  expect((await settled)._unsafeUnwrap()).toEqual({ state: 'fenced' });
});

/** Asks the server itself until somebody waits for another transaction. */
async function waitForLock(): Promise<pg.QueryResult> {
  for (;;) {
    const answer = await witness.query('select true as waits from pg_locks where not granted limit 1');
    if (answer.rows.length > 0) return answer;
  }
}

test('a migration with a key is applied once; a second time all of it fails as already done', async () => {
  const query = "create table migrated (a int); insert into effect values ('migration')";
  const options = { query, key: 'migration', digest: digestOf([query]), statementTimeoutMs: 5_000 };
  await witness.query(createMigrationText({ ...options, attemptId: 'first' }));
  await expect(witness.query(createMigrationText({ ...options, attemptId: 'second' }))).rejects.toMatchObject({
    code: 'HB004',
  });
  expect(await count('migration')).toBe(1);
  const settled = await database.byText.settle(
    { key: 'migration', digest: options.digest, attemptIds: ['second'] },
    createCall(),
  );
  expect(settled._unsafeUnwrap()).toEqual({ state: 'happened', results: [] });
});

test('a fenced migration leaves nothing', async () => {
  const query = 'create table never_migrated (a int)';
  const digest = digestOf([query]);
  await database.byText.settle({ key: 'late migration', digest, attemptIds: ['lost'] }, createCall());
  const late = witness.query(
    createMigrationText({ query, key: 'late migration', digest, attemptId: 'lost', statementTimeoutMs: 5_000 }),
  );
  await expect(late).rejects.toMatchObject({ code: 'HB001' });
  expect((await witness.query("select to_regclass('never_migrated') as found")).rows).toEqual([{ found: null }]);
});

test.each(['anon', 'authenticated'])('%s can neither run nor read anything of it', async (role) => {
  const client = await database.connect();
  for (const text of [
    "select public.hybrid_run('{}')",
    'select * from hybrid.ledger',
    "select hybrid.settle('a', 'b', '{}')",
  ]) {
    await client.query(`begin; set local role ${role}`);
    await expect(client.query(text)).rejects.toMatchObject({ code: '42501' });
    await client.query('rollback');
  }
});

test('installing again changes nothing, and status tells missing, out of date and current', async () => {
  const status = async () =>
    installStatus((await database.byText.read(installStatusQuery, createCall()))._unsafeUnwrap());
  await witness.query(installSql);
  expect(await status()).toBe('current');
  expect((await witness.query("select count(*)::int as n from hybrid.ledger where key = 'migration'")).rows).toEqual([
    { n: 1 },
  ]);
  for (const change of [
    "comment on schema hybrid is 'hybrid-supabase 0'",
    'alter function hybrid.run(text, text, text, jsonb) security definer',
    'revoke usage on schema hybrid from service_role',
  ]) {
    await witness.query(change);
    expect(await status()).toBe('out-of-date');
    await witness.query(installSql);
    expect(await status()).toBe('current');
  }
  await witness.query(uninstallSql);
  expect(await status()).toBe('missing');
  const refused = await database.byText.write(insert('x'), createCall({ key: 'x' }));
  expect(refused._unsafeUnwrapErr()).toMatchObject({ kind: 'unsupported', code: 'not-installed', effect: 'none' });
  expect((await database.byText.write(insert('without'), createCall()))._unsafeUnwrap()).toEqual(expected('without'));
  await witness.query(installSql);
  expect(await status()).toBe('current');
});
