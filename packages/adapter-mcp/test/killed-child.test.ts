import { createTestCall } from '@hybrid-supabase/contract-tests';
import type { LocalStack } from '@hybrid-supabase/local-stack';
import { answerOf } from './answer-of.js';
import { untilGone } from './is-gone.js';
import { openOfficialServer, startStack, type OfficialServer } from './official-server.js';

let stack: LocalStack;
let server: OfficialServer;

beforeAll(async () => {
  stack = await startStack();
}, 60_000);
afterAll(() => stack.stop());
beforeEach(async () => {
  server = await openOfficialServer(stack);
  answerOf(await server.layer.probe(createTestCall()));
});
afterEach(() => server.close());

const one = { text: 'select 1 as one', values: [] };

const killChild = async (): Promise<void> => {
  const pid = server.pids.at(-1) ?? 0;
  process.kill(pid, 'SIGKILL');
  await untilGone(pid);
};

test('a child killed between calls is replaced before anything is sent, and the trail says so', async () => {
  await killChild();
  const call = createTestCall();
  expect(answerOf(await server.layer.ports.sql.read(one, call)).rows).toEqual([{ one: 1 }]);
  expect(call.notes).toEqual(['The MCP server had ended; a new one was started before anything was sent.']);
  expect(server.pids).toHaveLength(2);
});

test('all callers that find the child dead share one new child', async () => {
  await killChild();
  const reads = Array.from({ length: 25 }, () => server.layer.ports.sql.read(one, createTestCall()));
  for (const read of await Promise.all(reads)) answerOf(read);
  expect(server.pids).toHaveLength(2);
});

test('calls in flight when the child is killed are interrupted with an unknown effect, and are sent once', async () => {
  await server.proxy.break('hangs');
  const before = server.proxy.requests();
  const write = { text: "insert into notes values ('lost')", values: [] };
  const writes = Array.from({ length: 3 }, () => server.layer.ports.sql.write(write, createTestCall()));
  while (server.proxy.requests() < before + 3) await new Promise((resolve) => setImmediate(resolve));
  await killChild();
  for (const result of await Promise.all(writes))
    expect(result._unsafeUnwrapErr()).toMatchObject({ kind: 'interrupted', effect: 'unknown' });
  expect(server.proxy.requests()).toBe(before + 3);
  await server.proxy.heal();
  answerOf(await server.layer.ports.sql.read(one, createTestCall()));
});

test('a keyed write whose child died after the commit is found by its key, and is there once', async () => {
  const { sql } = server.layer.ports;
  const write = { text: "insert into notes values ('settled')", values: [] };
  await server.proxy.break('dies');
  const lost = await sql.write(write, createTestCall({ idempotencyKey: 'settled' }));
  expect(lost._unsafeUnwrapErr()).toMatchObject({ kind: 'interrupted', effect: 'unknown' });
  await killChild();
  await server.proxy.heal();
  expect(answerOf(await sql.write(write, createTestCall({ idempotencyKey: 'settled' }))).rowCount).toBe(1);
  const count = { text: "select count(*)::int4 as n from notes where body = 'settled'", values: [] };
  expect(answerOf(await sql.read(count, createTestCall())).rows).toEqual([{ n: 1 }]);
});
