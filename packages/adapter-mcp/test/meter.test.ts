import { createTestCall, type TestCall } from '@hybrid-supabase/contract-tests';
import { createMcpLayer, http, stdio, type McpLayerOptions } from '../src/index.js';
import { readyClient } from '../src/ready-client.js';
import { createFakeMcpClient, type FakeAnswers } from './fake-mcp-client.js';
import { fakeProject } from './fake-project.js';
import { createHandClock } from './hand-clock.js';
import { textReply } from './wrapped-rows.js';

const four = { 'database/query': { requests: 4, perMs: 4_000 } };

const open = (limits: NonNullable<McpLayerOptions['limits']>, answers: FakeAnswers = fakeProject) => {
  const clock = createHandClock();
  const client = createFakeMcpClient({ answers });
  const layer = createMcpLayer({ connect: client, projectRef: 'ref', limits, clock });
  const read = (call: TestCall = createTestCall()) =>
    layer.ports.sql.read({ text: 'select 1 as one', values: [] }, call);
  return { clock, client, layer, read };
};
const someTurns = async (): Promise<void> => {
  for (let turn = 0; turn < 50; turn += 1) await new Promise((resolve) => setImmediate(resolve));
};

test('a burst waits for the limit, in the order of its calls, and the trail says how long', async () => {
  const { clock, client, read } = open(four);
  const calls = Array.from({ length: 4 }, () => createTestCall());
  const reading = Promise.all(calls.map((call) => read(call)));
  await someTurns();
  expect(client.requests).toHaveLength(2);
  expect(calls.map(({ notes }) => notes)).toEqual([
    [],
    [],
    [expect.stringMatching(/^Waited 2000 ms for the rate limit/)],
    [expect.stringMatching(/^Waited 4000 ms for the rate limit/)],
  ]);
  await clock.advance(2_000);
  await someTurns();
  expect(client.requests).toHaveLength(3);
  await clock.advance(2_000);
  expect((await reading).every((each) => each.isOk())).toBe(true);
  expect(clock.timers()).toBe(0);
});

test('a call that cannot wait so long is refused at once, with the time to wait, and nothing is sent', async () => {
  const { client, read } = open(four);
  await Promise.all([read(), read()]);
  const refused = (await read(createTestCall({ timeoutMs: 1_500 })))._unsafeUnwrapErr();
  expect(refused).toMatchObject({ kind: 'rate-limited', effect: 'none', code: 'metered', retryAfterMs: 2_000 });
  expect(client.requests).toHaveLength(2);
});

test('a caller who gives up while it waits gives its turn back', async () => {
  const { clock, read } = open(four);
  await Promise.all([read(), read()]);
  const call = createTestCall();
  const waiting = read(call);
  await someTurns();
  call.abort();
  expect((await waiting)._unsafeUnwrapErr()).toMatchObject({ kind: 'cancelled', effect: 'none' });
  const next = createTestCall();
  const reading = read(next);
  await someTurns();
  expect(next.notes).toEqual([expect.stringMatching(/^Waited 2000 ms/)]);
  await clock.advance(2_000);
  expect((await reading).isOk()).toBe(true);
  expect(clock.timers()).toBe(0);
});

test('each endpoint has its own bucket', async () => {
  const { layer, read } = open(four);
  await Promise.all([read(), read()]);
  expect((await layer.ports.config.get({}, createTestCall({ timeoutMs: 1 }))).isOk()).toBe(true);
});

test('a layer that is closed lets nobody wait', async () => {
  const { layer, read } = open(four);
  await Promise.all([read(), read()]);
  const waiting = read();
  await someTurns();
  await layer.close();
  expect((await waiting)._unsafeUnwrapErr()).toMatchObject({ kind: 'unavailable', effect: 'none' });
});

test('where the platform refuses all the same, nobody asks that endpoint for the rest of its minute', async () => {
  const throttled = {
    ...textReply({ error: { name: 'Error', message: 'ThrottlerException: Too Many Requests' } }),
    isError: true,
  };
  const { client, read } = open(four, () => throttled);
  const first = (await read())._unsafeUnwrapErr();
  expect(first).toMatchObject({ kind: 'rate-limited', effect: 'none', retryAfterMs: 60_000 });
  const second = (await read())._unsafeUnwrapErr();
  expect(second).toMatchObject({ kind: 'rate-limited', effect: 'none', code: 'metered', retryAfterMs: 60_000 });
  expect(client.requests).toHaveLength(1);
});

test('limits count for the hosted platform by default, and for nothing else', () => {
  const options = { accessToken: 'sbp_x', projectRef: 'ref' };
  const local = 'http://127.0.0.1:54321';
  expect(stdio(options).isHosted).toBe(true);
  expect(stdio({ ...options, apiUrl: 'https://api.supabase.com/' }).isHosted).toBe(true);
  expect(stdio({ ...options, apiUrl: local }).isHosted).toBe(false);
  expect(http(options).isHosted).toBe(true);
  expect(http({ ...options, url: `${local}/mcp` }).isHosted).toBe(false);
});

test('a burst on a hosted platform sends half of the minute at once and refuses what cannot wait', async () => {
  const client = createFakeMcpClient({ answers: fakeProject });
  const connect = {
    isHosted: true,
    open: () => stdioLike(client),
  };
  const layer = createMcpLayer({ connect, projectRef: 'ref' });
  const reads = Array.from({ length: 200 }, () =>
    layer.ports.sql.read({ text: 'select 1 as one', values: [] }, createTestCall({ timeoutMs: 900 })),
  );
  const results = await Promise.all(reads);
  expect(results.filter((each) => each.isOk())).toHaveLength(60);
  expect(client.requests).toHaveLength(60);
  for (const each of results.filter((result) => result.isErr()))
    expect(each._unsafeUnwrapErr()).toMatchObject({ kind: 'rate-limited', effect: 'none', code: 'metered' });
});

test.each([
  { requests: 1, perMs: 1 },
  { requests: 10, perMs: 0 },
])('%j is no limit', (limit) => {
  const connect = createFakeMcpClient({ answers: fakeProject });
  const limits = { 'database/query': limit };
  expect(() => createMcpLayer({ connect, projectRef: 'ref', limits })).toThrow(/`limits`/);
});

function stdioLike(client: ReturnType<typeof createFakeMcpClient>) {
  return readyClient(client).open(new AbortController().signal);
}
