import { layerError, type Call, type LayerError } from '@hybrid-supabase/core';
import { err, ok, type Result } from 'neverthrow';
import { createSqlPort, maxRequestBytes } from './create-sql-port.js';
import { digestOf } from './digest-of.js';
import { sql } from './sql.js';
import type { SqlRequest } from './sql-request.js';

const inBase64 = (json: string): string => Buffer.from(json).toString('base64');
const oneRow = inBase64('[{"names":{"a":null},"types":[["integer","integer"]],"rows":[{"a":1}]}]');
const down = layerError({ kind: 'unavailable', layer: 'x', effect: 'none', message: 'down' });

/** A backend that records what it was sent and always answers the same. */
function createFakePort(answer: Result<string, LayerError> = ok(oneRow)) {
  const sent: SqlRequest[] = [];
  const port = createSqlPort({
    layer: 'x',
    send: async (request) => {
      sent.push(request);
      return answer;
    },
  });
  return { port, sent };
}

const callOf = (changes: Partial<Call> = {}): Call => ({
  signal: new AbortController().signal,
  deadlineMs: performance.now() + 10_000,
  attempt: 1,
  attemptId: 'attempt',
  progressed: () => undefined,
  note: () => undefined,
  ...changes,
});

test('a read is sent as a read, with its values in it and no more time than is left', async () => {
  const { port, sent } = createFakePort();
  expect((await port.read(sql`select ${1}::int4 as a`, callOf()))._unsafeUnwrap().rows).toEqual([{ a: 1 }]);
  expect(sent).toEqual([
    {
      kind: 'read',
      statement: { text: "select ('1')::int4 as a", answer: 'rows', mainAt: 0 },
      statementTimeoutMs: expect.any(Number),
      maxResultBytes: 8_000_000,
    },
  ]);
  expect(sent[0]?.statementTimeoutMs).toBeLessThanOrEqual(10_000);
  expect(Number.isInteger(sent[0]?.statementTimeoutMs)).toBe(true);
});

test('a write without a key is sent as a write, one with a key as a run', async () => {
  const { port, sent } = createFakePort();
  await port.write(sql`delete from t`, callOf());
  await port.write(sql`delete from t`, callOf({ idempotencyKey: 'k' }));
  expect(sent).toMatchObject([
    { kind: 'write' },
    {
      kind: 'run',
      key: 'k',
      attemptId: 'attempt',
      digest: digestOf(['delete from t']),
      statements: [{ text: 'delete from t', answer: 'count' }],
    },
  ]);
});

test('a batch is one run, with or without a key', async () => {
  const { port, sent } = createFakePort();
  await port.batch({ statements: [sql`delete from t`, sql`delete from s`] }, callOf());
  expect(sent).toMatchObject([{ kind: 'run', key: null, digest: digestOf(['delete from t', 'delete from s']) }]);
});

test('a settlement is read', async () => {
  const { port, sent } = createFakePort(ok(inBase64('{"state":"happened","results":[{"count":3}]}')));
  const settled = await port.settle({ key: 'k', digest: 'd', attemptIds: ['a'] }, callOf());
  expect(settled._unsafeUnwrap()).toEqual({ state: 'happened', results: [{ columns: [], rows: [], rowCount: 3 }] });
  expect(sent).toMatchObject([{ kind: 'settle', key: 'k', digest: 'd', attemptIds: ['a'] }]);
});

test('what is refused is never sent', async () => {
  const { port, sent } = createFakePort();
  const refused = [
    await port.read(sql`delete from t`, callOf()),
    await port.read(sql`select ${'\0'}`, callOf()),
    await port.read(sql`select 1`, callOf({ deadlineMs: performance.now() - 1 })),
    await port.write(sql`commit`, callOf()),
    await port.write(sql`select 1`, callOf({ idempotencyKey: 'a\0' })),
    await port.write(sql`select ${'x'.repeat(maxRequestBytes)}`, callOf()),
    await port.batch({ statements: [sql`select 1`, sql`rollback`] }, callOf()),
    await port.settle({ key: 'k', digest: 'd', attemptIds: [] }, callOf({ deadlineMs: 0 })),
    await port.settle({ key: 'k', digest: 'd', attemptIds: ['\0'] }, callOf()),
  ];
  expect(refused.map((result) => result._unsafeUnwrapErr().code)).toEqual([
    'not-a-read',
    'unsendable-text',
    'no-time-left',
    'transaction-control',
    'unsendable-text',
    'request-too-large',
    'transaction-control',
    'no-time-left',
    'unsendable-text',
  ]);
  expect(
    refused.every((result) => result.isErr() && result.error.effect === 'none' && result.error.hint !== undefined),
  ).toBe(true);
  expect(sent).toEqual([]);
});

test('a refused statement of a batch is named by its number', async () => {
  const { port } = createFakePort();
  const refused = await port.batch({ statements: [sql`select 1`, sql`rollback`] }, callOf());
  expect(refused._unsafeUnwrapErr().message).toMatch(/^Statement 2: /);
});

test("the backend's error is given on as it is", async () => {
  const { port } = createFakePort(err(down));
  expect((await port.read(sql`select 1`, callOf()))._unsafeUnwrapErr()).toBe(down);
  expect((await port.settle({ key: 'k', digest: 'd', attemptIds: [] }, callOf()))._unsafeUnwrapErr()).toBe(down);
});

test.each([
  ['nothing', ''],
  ['no base64', '<html>'],
  ['no UTF-8', Buffer.from([0xff, 0xfe, 0x80]).toString('base64')],
  ['no JSON', inBase64('hello')],
  ['no list', inBase64('{}')],
  ['no result', inBase64('[]')],
  ['two results', inBase64('[{"count":1},{"count":1}]')],
  ['no names', inBase64('[{"rows":[]}]')],
  ['fewer types than names', inBase64('[{"names":{"a":null},"types":[],"rows":[]}]')],
  ['a row of another width', inBase64('[{"names":{"a":null},"types":[["text","text"]],"rows":[{"a":"1","b":"2"}]}]')],
  ['text where a bigint belongs', inBase64('[{"names":{"a":null},"types":[["bigint","bigint"]],"rows":[{"a":"x"}]}]')],
  [
    'a fraction where a bigint belongs',
    inBase64('[{"names":{"a":null},"types":[["bigint","bigint"]],"rows":[{"a":1.5}]}]'),
  ],
  ['text where a float belongs', inBase64('[{"names":{"a":null},"types":[["real","real"]],"rows":[{"a":"x"}]}]')],
  [
    'text where a boolean belongs',
    inBase64('[{"names":{"a":null},"types":[["boolean","boolean"]],"rows":[{"a":"x"}]}]'),
  ],
  ['text where an array belongs', inBase64('[{"names":{"a":null},"types":[["text[]","text[]"]],"rows":[{"a":"x"}]}]')],
])('an answer with %s is an unreadable reply, and its effect is unknown', async (_what, answer) => {
  const { port } = createFakePort(ok(answer));
  expect((await port.write(sql`select 1`, callOf()))._unsafeUnwrapErr()).toMatchObject({
    kind: 'invalid-reply',
    effect: 'unknown',
    layer: 'x',
  });
});

test('a batch without a list is refused', async () => {
  const { port, sent } = createFakePort();
  const refused = await port.batch(JSON.parse('{}'), callOf());
  expect(refused._unsafeUnwrapErr()).toMatchObject({ kind: 'invalid-request', code: 'not-a-statement' });
  expect(sent).toEqual([]);
});

test('an unreadable settlement is an unreadable reply', async () => {
  const { port } = createFakePort(ok(inBase64('{"state":"open"}')));
  const settled = await port.settle({ key: 'k', digest: 'd', attemptIds: [] }, callOf());
  expect(settled._unsafeUnwrapErr()).toMatchObject({ kind: 'invalid-reply', effect: 'unknown' });
});

test('an answer of many megabytes is read', async () => {
  const long = 'é'.repeat(15_000_000);
  const { port } = createFakePort(
    ok(inBase64(`[{"names":{"a":null},"types":[["text","text"]],"rows":[{"a":"${long}"}]}]`)),
  );
  const { rows } = (await port.read(sql`select 1`, callOf()))._unsafeUnwrap();
  expect(rows[0]?.['a'] === long).toBe(true);
});

test('a wrong decode option is refused before anything is sent, in a read, a write and a batch', async () => {
  const { port, sent } = createFakePort();
  // From JavaScript anything may come.
  const statement = { ...sql`select 1`, decode: JSON.parse('{"int8": "float"}') };
  const answers = [
    await port.read(statement, callOf()),
    await port.write(statement, callOf()),
    await port.batch({ statements: [sql`select 1`, statement] }, callOf()),
  ];
  for (const answer of answers)
    expect(answer._unsafeUnwrapErr()).toMatchObject({
      kind: 'invalid-request',
      code: 'wrong-decode-option',
      effect: 'none',
    });
  expect(sent).toEqual([]);
});

test('decode options change neither what is sent nor the digest of a key', async () => {
  const { port, sent } = createFakePort();
  const plain = sql`insert into t values (${1}) returning a`;
  await port.write(plain, callOf({ idempotencyKey: 'k' }));
  await port.write({ ...plain, decode: { int8: 'number', numeric: 'number' } }, callOf({ idempotencyKey: 'k' }));
  expect(sent[1]).toEqual({ ...sent[0], statementTimeoutMs: expect.any(Number) });
});

test.each([0, 1.5, NaN])('%s bytes are no limit of a result', (maxResultBytes) => {
  const send = async () => ok(oneRow);
  expect(() => createSqlPort({ layer: 'x', send }, { maxResultBytes })).toThrow('maxResultBytes');
});

test.each([
  ['HB003', 'the result is too large to be recorded'],
  ['P0001', 'hybrid.result_bytes_9'],
])('a %s that says %j stays as it is', async (sqlState, message) => {
  const error = layerError({ kind: 'failed', layer: 'x', effect: 'none', sqlState, message });
  const { port } = createFakePort(err(error));
  expect((await port.read(sql`select 1`, callOf()))._unsafeUnwrapErr()).toBe(error);
});

test('a result that the database found too large is said to be so, with the same doubt about its effect', async () => {
  const message = 'unrecognized configuration parameter "hybrid.result_bytes_8000001"';
  const { port } = createFakePort(
    err(layerError({ kind: 'invalid-request', layer: 'x', effect: 'unknown', sqlState: '42704', message })),
  );
  expect((await port.write(sql`delete from t returning *`, callOf()))._unsafeUnwrapErr()).toMatchObject({
    kind: 'failed',
    code: 'result-too-large',
    effect: 'unknown',
    message: 'The result has 8000001 bytes as JSON; 8000000 are allowed.',
  });
});

const syntaxOfServer = layerError({ kind: 'failed', layer: 'x', effect: 'none', message: 'no', sqlState: '22012' });

test.each([
  "select pg_create_physical_replication_slot('s'), 1 / 0",
  'select pg_terminate_backend(pid) from pg_stat_activity',
  "insert into t select lo_export(1, 'f')",
  'drop subscription s',
])('an error after what no rollback takes back is no proof: %s', async (text) => {
  const { port } = createFakePort(err(syntaxOfServer));
  const statement = { text, values: [] };
  const alone = await port.write(statement, callOf());
  const keyed = await port.write(statement, callOf({ idempotencyKey: 'k' }));
  const batch = await port.batch({ statements: [sql`select 1`, statement] }, callOf());
  for (const answer of [alone, keyed, batch])
    expect(answer._unsafeUnwrapErr()).toMatchObject({ sqlState: '22012', effect: 'unknown' });
});

test.each(["select pg_notify('c', 'x'), 1 / 0", 'insert into t values (1)', "select 'pg_terminate_backend(1)'"])(
  'an error of what a rollback takes back is a proof: %s',
  async (text) => {
    const { port } = createFakePort(err(syntaxOfServer));
    expect((await port.write({ text, values: [] }, callOf()))._unsafeUnwrapErr()).toBe(syntaxOfServer);
  },
);

test('what was not sent had no effect, whatever it calls', async () => {
  const { port } = createFakePort(err(down));
  const statement = { text: 'select pg_reload_conf()', values: [] };
  expect((await port.write(statement, callOf()))._unsafeUnwrapErr()).toBe(down);
});
