import { createTestCall } from '@hybrid-supabase/contract-tests';
import { createMcpLayer, stdio } from '../src/index.js';
import { answerOf } from './answer-of.js';
import { createFakeMcpClient } from './fake-mcp-client.js';
import { fakeProject } from './fake-project.js';
import { startFakePlatform } from './fake-platform.js';

const one = { text: 'select 1 as one', values: [] };

test('ten thousand calls at once are answered by one child, and Node warns of nothing', async () => {
  const platform = await startFakePlatform({ projectRef: 'ref' });
  const warnings: string[] = [];
  const onWarning = ({ name }: Error): number => warnings.push(name);
  process.on('warning', onWarning);
  const pids: number[] = [];
  const onChildStarted = (pid: number): void => void pids.push(pid);
  const connect = stdio({ accessToken: 'sbp_token', projectRef: 'ref', apiUrl: platform.url, onChildStarted });
  const layer = createMcpLayer({ connect, projectRef: 'ref' });
  const call = () => createTestCall({ timeoutMs: 300_000 });
  const lists = Array.from({ length: 10_000 }, () => layer.ports.branches.list({}, call()));
  for (const each of await Promise.all(lists)) expect(answerOf(each)).toHaveLength(1);
  expect(platform.seen).toHaveLength(10_000);
  expect(answerOf(await layer.ports.branches.list({}, call()))).toHaveLength(1);
  await layer.close();
  await platform.close();
  await new Promise((resolve) => setImmediate(resolve));
  process.off('warning', onWarning);
  expect(warnings).toEqual([]);
  expect(pids).toHaveLength(1);
}, 300_000);

test('no more than the bound are in flight, and the rest take their turns in order', async () => {
  const { client, layer, answers } = openHeld(2);
  const calls = Array.from({ length: 5 }, () => layer.ports.sql.read(one, createTestCall()));
  await someTurns();
  expect(client.requests).toHaveLength(2);
  answers.splice(0).forEach((answer) => answer());
  await someTurns();
  expect(client.requests).toHaveLength(4);
  answers.splice(0).forEach((answer) => answer());
  await someTurns();
  answers.splice(0).forEach((answer) => answer());
  for (const each of await Promise.all(calls)) answerOf(each);
});

test('a call that waits for its turn ends at its deadline, and nothing of it is sent', async () => {
  const { client, layer, answers } = openHeld(1);
  const first = layer.ports.sql.read(one, createTestCall());
  await someTurns();
  const waiting = createTestCall();
  const second = layer.ports.sql.read(one, waiting);
  await someTurns();
  waiting.expire();
  expect((await second)._unsafeUnwrapErr()).toMatchObject({ kind: 'timed-out', effect: 'none' });
  answers.splice(0).forEach((answer) => answer());
  answerOf(await first);
  expect(client.requests).toHaveLength(1);
});

test('a layer that is closed ends the calls that wait, as never sent', async () => {
  const { client, layer } = openHeld(1);
  const first = layer.ports.sql.read(one, createTestCall());
  await someTurns();
  const second = layer.ports.sql.read(one, createTestCall());
  await someTurns();
  await layer.close();
  expect((await first)._unsafeUnwrapErr()).toMatchObject({ kind: 'interrupted', effect: 'unknown' });
  expect((await second)._unsafeUnwrapErr()).toMatchObject({ kind: 'unavailable', effect: 'none' });
  expect(client.requests).toHaveLength(1);
});

async function someTurns(): Promise<void> {
  for (let turn = 0; turn < 30; turn += 1) await new Promise((resolve) => setImmediate(resolve));
}

function openHeld(maxInFlight: number) {
  const answers: (() => void)[] = [];
  const client = createFakeMcpClient({
    answers: (request) => new Promise((resolve) => answers.push(() => resolve(fakeProject(request)))),
  });
  return { client, answers, layer: createMcpLayer({ connect: client, projectRef: 'ref', maxInFlight }) };
}
