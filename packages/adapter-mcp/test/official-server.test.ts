import { createTestCall } from '@hybrid-supabase/contract-tests';
import type { LocalStack } from '@hybrid-supabase/local-stack';
import { createMcpLayer, stdio } from '../src/index.js';
import { answerOf } from './answer-of.js';
import { isGone } from './is-gone.js';
import { openOfficialServer, startStack, type OfficialServer } from './official-server.js';

let stack: LocalStack;
let server: OfficialServer;

beforeAll(async () => {
  stack = await startStack();
}, 60_000);
afterAll(() => stack.stop());
beforeEach(async () => {
  server = await openOfficialServer(stack);
});
afterEach(() => server.close());

const call = createTestCall;
const one = { text: 'select 1 as one', values: [] };

test('values come back exactly as they went', async () => {
  const values = [
    9007199254740993n,
    'it\'s "quoted" \\ and \u2028    spaced',
    '12345678901234567890.10',
    null,
    [1, 2],
    true,
  ];
  const text = 'select $1::int8 a, $2::text b, $3::numeric c, $4::text d, $5::int4[] e, $6::bool f';
  const { rows } = answerOf(await server.layer.ports.sql.read({ text, values }, call()));
  expect(Object.values(rows[0] ?? {})).toEqual(values);
});

test('an answer may be as large as the layer says', async () => {
  const { projectRef, accessToken, managementUrl: apiUrl } = stack;
  const layer = createMcpLayer({
    connect: stdio({ projectRef, accessToken, apiUrl }),
    projectRef,
    maxResultBytes: 100,
  });
  const read = (length: number) =>
    layer.ports.sql.read({ text: `select repeat('x', $1) as text`, values: [length] }, call());
  const answers = [await read(1), await read(100)];
  await layer.close();
  expect(answers[0]?._unsafeUnwrap().rows).toEqual([{ text: 'x' }]);
  expect(answers[1]?._unsafeUnwrapErr()).toMatchObject({ code: 'result-too-large', effect: 'none' });
});

test('a migration applied twice with the same key is one migration', async () => {
  const { migrations } = server.layer.ports;
  const migration = { name: 'once', query: 'create table once ()' };
  for (let time = 0; time < 2; time += 1)
    expect(answerOf(await migrations.apply(migration, call({ idempotencyKey: 'once' })))).toEqual({ name: 'once' });
  const named = answerOf(await migrations.list({}, call())).filter(({ name }) => name === 'once');
  expect(named).toHaveLength(1);
});

test('a migration that would end its transaction is refused before it is sent', async () => {
  const refused = await server.layer.ports.migrations.apply({ name: 'bad', query: 'commit' }, call());
  expect(refused._unsafeUnwrapErr()).toMatchObject({ kind: 'invalid-request', effect: 'none' });
  expect(server.proxy.requests()).toBe(0);
});

test('a keyed write takes effect once, however often it is sent', async () => {
  const { sql } = server.layer.ports;
  const write = { text: "insert into notes values ('keyed')", values: [] };
  for (let time = 0; time < 3; time += 1) answerOf(await sql.write(write, call({ idempotencyKey: 'keyed' })));
  const count = { text: "select count(*)::int4 as n from notes where body = 'keyed'", values: [] };
  expect(answerOf(await sql.read(count, call())).rows).toEqual([{ n: 1 }]);
});

test('a bucket made by SQL is one that the server lists', async () => {
  const { buckets } = server.layer.ports;
  const made = answerOf(await buckets.create({ id: 'listed', fileSizeLimit: 1024 }, call()));
  expect(answerOf(await buckets.list({}, call()))).toContainEqual(made);
  expect(server.proxy.log().map(({ path }) => path)).toContain(`/v1/projects/${stack.projectRef}/storage/buckets`);
});

test('a policy is created, listed for its bucket, and dropped', async () => {
  const { policies } = server.layer.ports;
  const input = { bucket: 'papers', name: 'read papers', command: 'select' } as const;
  answerOf(await policies.create(input, call()));
  const names = async () => answerOf(await policies.list({ bucket: 'papers' }, call())).map(({ name }) => name);
  expect(await names()).toEqual(['read papers']);
  answerOf(await policies.drop({ name: 'read papers' }, call()));
  expect(await names()).toEqual([]);
});

test('a database error keeps its SQLSTATE and proves that nothing happened', async () => {
  const failed = await server.layer.ports.sql.read({ text: 'select * from nowhere', values: [] }, call());
  expect(failed._unsafeUnwrapErr()).toMatchObject({ sqlState: '42P01', effect: 'none', layer: 'mcp' });
});

test.each([
  [429, '{"message":"ThrottlerException: Too Many Requests"}', { kind: 'rate-limited', effect: 'none' }],
  [401, '{"message":"JWT failed verification"}', { kind: 'unauthorized', effect: 'none' }],
  [403, '{"message":"Forbidden resource"}', { kind: 'unauthorized', effect: 'none', code: 'forbidden' }],
  [502, '<html>Bad Gateway</html>', { kind: 'unavailable', effect: 'unknown', fault: 'management-api' }],
  [504, '', { kind: 'unavailable', effect: 'unknown', fault: 'management-api' }],
])('an answer with status %i is told from its text alone', async (status, body, expected) => {
  await server.proxy.break({ fault: 'status', status, body, headers: { 'content-type': 'application/json' } });
  expect((await server.layer.ports.sql.read(one, call()))._unsafeUnwrapErr()).toMatchObject(expected);
});

test('a wrong token is unauthorized, and is in no message', async () => {
  const accessToken = 'sbp_ffffffffffffffffffffffffffffffffffffffff';
  const { projectRef, managementUrl: apiUrl } = stack;
  const layer = createMcpLayer({ connect: stdio({ accessToken, projectRef, apiUrl }), projectRef });
  const error = (await layer.ports.sql.read(one, call()))._unsafeUnwrapErr();
  expect(error).toMatchObject({ kind: 'unauthorized', effect: 'none' });
  expect(JSON.stringify(error)).not.toContain(accessToken);
  await layer.close();
});

test('a reply larger than the session may take ends the session alone: the next call is served', async () => {
  const { accessToken, projectRef, managementUrl: apiUrl } = stack;
  const connect = stdio({ accessToken, projectRef, apiUrl, maxReplyBytes: 100_000 });
  const layer = createMcpLayer({ connect, projectRef });
  const large = await layer.ports.sql.read({ text: "select repeat('x', 500000) as x", values: [] }, call());
  expect(large._unsafeUnwrapErr()).toMatchObject({ kind: 'interrupted', effect: 'unknown' });
  expect(large._unsafeUnwrapErr().message).toMatch(/maximum size/);
  answerOf(await layer.ports.sql.read(one, call()));
  await layer.close();
});

test('a read-only layer reads, refuses writes unsent, and cannot be talked into writing', async () => {
  const readOnly = await openOfficialServer(stack, { readOnly: true });
  const { sql, migrations } = readOnly.layer.ports;
  expect(answerOf(await sql.read(one, call())).rows).toEqual([{ one: 1 }]);
  const sent = readOnly.proxy.requests();
  const refused = [
    await sql.write({ text: "insert into notes values ('no')", values: [] }, call()),
    await sql.settle({ key: 'k', digest: 'd', attemptIds: [] }, call()),
    await migrations.apply({ name: 'no', query: 'create table no ()' }, call()),
  ];
  expect(refused.map((each) => each._unsafeUnwrapErr().kind)).toEqual(['unsupported', 'unsupported', 'unsupported']);
  expect(readOnly.proxy.requests()).toBe(sent);
  expect(readOnly.layer.authority).toEqual({ role: 'postgres', readOnly: true });
  await readOnly.close();
});

test('close leaves no child, even with a call in flight', async () => {
  await server.proxy.break('hangs');
  const hanging = server.layer.ports.sql.read(one, call());
  while (server.proxy.requests() === 0) await new Promise((resolve) => setImmediate(resolve));
  await server.layer.close();
  expect((await hanging)._unsafeUnwrapErr()).toMatchObject({ kind: 'interrupted', effect: 'unknown' });
  expect(server.pids.map(isGone)).toEqual([true]);
});
