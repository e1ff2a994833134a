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
  server = await openOfficialServer(stack, { server: { poolSize: 2 } });
});
afterEach(() => server.close());

const read = () => server.layer.ports.sql.read({ text: 'select 1 as one', values: [] }, createTestCall());

test('calls one after the other need one child', async () => {
  for (let time = 0; time < 5; time += 1) answerOf(await read());
  expect(server.pids).toHaveLength(1);
});

test('calls side by side are spread over both children, and no further one is started', async () => {
  for (const each of await Promise.all(Array.from({ length: 20 }, read))) answerOf(each);
  expect(server.pids).toHaveLength(2);
});

test("a child's death takes its own calls alone: those on the other are answered", async () => {
  for (const each of await Promise.all([read(), read()])) answerOf(each);
  await server.proxy.break({ fault: 'delay', delayMs: 1_000 });
  const before = server.proxy.requests();
  const calls = Promise.all(Array.from({ length: 6 }, read));
  while (server.proxy.requests() < before + 6) await new Promise((resolve) => setImmediate(resolve));
  const [first = 0] = server.pids;
  process.kill(first, 'SIGKILL');
  await untilGone(first);
  const results = await calls;
  expect(results.filter((each) => each.isOk())).toHaveLength(3);
  for (const each of results.filter((result) => result.isErr()))
    expect(each._unsafeUnwrapErr()).toMatchObject({ kind: 'interrupted', effect: 'unknown' });
  await server.proxy.heal();
  answerOf(await read());
});
