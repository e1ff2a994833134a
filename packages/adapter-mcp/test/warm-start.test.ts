import { join } from 'node:path';
import { createTestCall } from '@hybrid-supabase/contract-tests';
import { createMcpLayer, stdio, type McpLayerOptions, type StdioOptions } from '../src/index.js';
import { answerOf } from './answer-of.js';
import { connectInOrder } from './connect-in-order.js';
import { startFakePlatform, type FakePlatform } from './fake-platform.js';
import { isGone } from './is-gone.js';

const accessToken = 'sbp_0123456789012345678901234567890123456789';
const projectRef = 'ref';
let platform: FakePlatform;

beforeAll(async () => {
  platform = await startFakePlatform({ projectRef });
});
afterAll(() => platform.close());

const open = (options: Partial<StdioOptions>, more: Partial<McpLayerOptions> = {}) => {
  const pids: number[] = [];
  const onChildStarted = (pid: number): void => void pids.push(pid);
  const connect = stdio({ accessToken, projectRef, apiUrl: platform.url, onChildStarted, ...options });
  return { pids, layer: createMcpLayer({ connect, projectRef, warm: true, ...more }) };
};
const turn = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));

test('a warm layer has started its child before the first call, and the first call uses it', async () => {
  const { layer, pids } = open({ features: ['database', 'branching'] });
  expect(pids).toHaveLength(1);
  // What the session lacks is known as soon as it is open, without any call.
  const { lacks } = layer;
  while (layer.lacks === lacks) await turn();
  const call = createTestCall();
  expect(answerOf(await layer.ports.branches.list({}, call))).toHaveLength(1);
  expect(call.notes).toEqual([]);
  expect(pids).toHaveLength(1);
  await layer.close();
});

test('every child of a pool is started', async () => {
  const { layer, pids } = open({ poolSize: 2 });
  expect(pids).toHaveLength(2);
  const lists = Array.from({ length: 8 }, () => layer.ports.branches.list({}, createTestCall()));
  for (const each of await Promise.all(lists)) answerOf(each);
  expect(pids).toHaveLength(2);
  await layer.close();
});

test('without a word nothing is started before the first call', async () => {
  const { layer, pids } = open({}, { warm: false });
  await turn();
  expect(pids).toEqual([]);
  await layer.close();
});

test('a warm start that fails is the answer of the call that waits for it, and no rejection', async () => {
  const { layer, pids } = open({ serverPath: join(__dirname, 'servers', 'exits.mjs') });
  const error = (await layer.probe(createTestCall()))._unsafeUnwrapErr();
  expect(error).toMatchObject({
    kind: 'unavailable',
    effect: 'none',
    message: expect.stringContaining('unknown option'),
  });
  expect(pids).toHaveLength(1);
  await layer.close();
});

test('a warm start that failed unheard is tried again by the first call', async () => {
  const pids: number[] = [];
  const onChildStarted = (pid: number): void => void pids.push(pid);
  const settings = { accessToken, projectRef, apiUrl: platform.url, onChildStarted };
  const bad = stdio({ ...settings, serverPath: join(__dirname, 'servers', 'exits.mjs') });
  const layer = createMcpLayer({ connect: connectInOrder(bad, stdio(settings)), projectRef, warm: true });
  while (pids.length === 0 || !pids.every(isGone)) await turn();
  for (let turns = 0; turns < 50; turns += 1) await turn();
  answerOf(await layer.ports.branches.list({}, createTestCall()));
  expect(pids).toHaveLength(2);
  await layer.close();
});

test('a layer that is closed while it warms up leaves no child', async () => {
  const { layer, pids } = open({});
  await layer.close();
  expect(pids.map(isGone)).toEqual([true]);
});
