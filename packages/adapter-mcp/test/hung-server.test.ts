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
  server = await openOfficialServer(stack, { server: { hungAfterMs: 2_000 } });
  answerOf(await server.layer.probe(createTestCall()));
});
afterEach(() => server.close());

test('a server that answers nothing any more is ended after a probe ran into its deadline, and replaced', async () => {
  const [pid = 0] = server.pids;
  process.kill(pid, 'SIGSTOP');
  const call = createTestCall();
  const probing = server.layer.probe(call);
  await new Promise((resolve) => setImmediate(resolve));
  call.expire();
  expect((await probing)._unsafeUnwrapErr()).toMatchObject({ kind: 'timed-out', effect: 'unknown' });
  await untilGone(pid);
  const next = createTestCall();
  answerOf(await server.layer.probe(next));
  expect(next.notes).toEqual(['The MCP server had ended; a new one was started before anything was sent.']);
  expect(server.pids).toHaveLength(2);
});

test('a server whose API alone is slow is kept', async () => {
  await server.proxy.break('hangs');
  const before = server.proxy.requests();
  const call = createTestCall();
  const probing = server.layer.probe(call);
  while (server.proxy.requests() === before) await new Promise((resolve) => setImmediate(resolve));
  call.expire();
  expect((await probing)._unsafeUnwrapErr()).toMatchObject({ kind: 'timed-out' });
  await server.proxy.heal();
  answerOf(await server.layer.probe(createTestCall()));
  expect(server.pids).toHaveLength(1);
});

test('a write that is given up before the server has read it is in doubt, and does take effect', async () => {
  const { sql } = server.layer.ports;
  const [pid = 0] = server.pids;
  process.kill(pid, 'SIGSTOP');
  const call = createTestCall();
  const writing = sql.write({ text: "insert into notes values ('unread')", values: [] }, call);
  for (let turn = 0; turn < 20; turn += 1) await new Promise((resolve) => setImmediate(resolve));
  call.abort();
  expect((await writing)._unsafeUnwrapErr()).toMatchObject({ kind: 'cancelled', effect: 'unknown' });
  process.kill(pid, 'SIGCONT');
  const count = { text: "select count(*)::int4 as n from notes where body = 'unread'", values: [] };
  const rows = async () => answerOf(await sql.read(count, createTestCall())).rows;
  // The test's own limit ends this.
  while ((await rows())[0]?.['n'] !== 1);
});
