import { getEventListeners } from 'node:events';
import { join } from 'node:path';
import { inspect } from 'node:util';
import { createTestCall, startFaultyProxy } from '@hybrid-supabase/contract-tests';
import { Client } from '@modelcontextprotocol/sdk/client/index.js';
import { StdioClientTransport } from '@modelcontextprotocol/sdk/client/stdio.js';
import { createMcpLayer, http, stdio, type StdioOptions } from '../src/index.js';
import { answerOf } from './answer-of.js';
import { connectInOrder } from './connect-in-order.js';
import { createFakeMcpClient } from './fake-mcp-client.js';
import { fakeProject } from './fake-project.js';
import { startFakePlatform, type FakePlatform } from './fake-platform.js';
import { untilGone } from './is-gone.js';

const accessToken = 'sbp_0123456789012345678901234567890123456789';
const projectRef = 'ref';
const server = (name: string): string => join(__dirname, 'servers', name);
const someTurns = async (): Promise<void> => {
  for (let turn = 0; turn < 20; turn += 1) await new Promise((resolve) => setImmediate(resolve));
};

let platform: FakePlatform;

beforeAll(async () => {
  platform = await startFakePlatform({ projectRef });
});
afterAll(() => platform.close());

describe('a server that cannot be started', () => {
  test.each<[string, Partial<StdioOptions>]>([
    ['ends with success at once', { serverPath: server('exits.mjs') }],
    ['ends with its token on its lips', { serverPath: server('leaks.mjs') }],
    ['writes garbage', { serverPath: server('garbage.mjs'), startTimeoutMs: 700 }],
    ['never answers initialize', { serverPath: server('silent.mjs'), startTimeoutMs: 700 }],
    ['is asked for a feature that is misspelt', { features: ['databse'] }],
    ['is not there', { serverPath: server('absent.mjs') }],
  ])('is one clear error, leaves nothing, and the layer serves again: it %s', async (_what, options) => {
    const pids: number[] = [];
    const onChildStarted = (pid: number): void => void pids.push(pid);
    const settings = { accessToken, projectRef, apiUrl: platform.url, onChildStarted };
    const connect = connectInOrder(stdio({ ...settings, ...options }), stdio(settings));
    const layer = createMcpLayer({ connect, projectRef });
    const call = createTestCall();
    const error = (await layer.ports.branches.delete({ id: 'b1' }, call))._unsafeUnwrapErr();
    expect(error).toMatchObject({ kind: 'unavailable', effect: 'none', hint: expect.stringContaining('token') });
    expect(inspect([error, call.notes], { depth: null })).not.toContain(accessToken);
    await untilGone(pids[0] ?? 0);
    expect(answerOf(await layer.ports.branches.list({}, createTestCall()))).toHaveLength(1);
    await layer.close();
  });

  test('over HTTP that never answers initialize is one, too', async () => {
    const silent = await startFaultyProxy({ target: platform.url });
    await silent.break('hangs');
    const layer = createMcpLayer({
      connect: http({ url: silent.url, accessToken, projectRef, startTimeoutMs: 300 }),
      projectRef,
    });
    const error = (await layer.ports.branches.delete({ id: 'b1' }, createTestCall()))._unsafeUnwrapErr();
    expect(error).toMatchObject({ kind: 'unavailable', effect: 'none', message: expect.stringContaining('in time') });
    expect(inspect(error, { depth: null })).not.toContain(accessToken);
    await layer.close();
    await silent.close();
  });

  test('a list of tools that fails, as it does with the feature docs and no internet, sends nothing', async () => {
    const failing = createFakeMcpClient({ answers: fakeProject });
    const cause = Object.assign(new Error('MCP error -32603: fetch failed'), { code: -32603 });
    const connect = { ...failing, listTools: () => Promise.reject(cause) };
    const layer = createMcpLayer({ connect, projectRef });
    const error = (await layer.ports.branches.delete({ id: 'b1' }, createTestCall()))._unsafeUnwrapErr();
    expect(error).toMatchObject({ kind: 'unavailable', effect: 'none', hint: expect.stringContaining('docs') });
    expect(failing.requests).toHaveLength(0);
    await layer.close();
  });

  test('a connector that rejects, against its promise, is an error and no rejection', async () => {
    const connect = { open: () => Promise.reject(new Error(`no ${accessToken}`)) };
    const layer = createMcpLayer({ connect, projectRef, warm: true });
    const error = (await layer.probe(createTestCall()))._unsafeUnwrapErr();
    expect(error).toMatchObject({ kind: 'unavailable', effect: 'none' });
    expect(`${error.message} ${error.hint}`).not.toContain(accessToken);
    await layer.close();
  });
});

describe('a server that answers after the deadline', () => {
  const late = server('late.mjs');

  test('leaves a write in doubt, and the next call gets its own answer from the same child', async () => {
    const pids: number[] = [];
    const onChildStarted = (pid: number): void => void pids.push(pid);
    const connect = stdio({ accessToken, projectRef, serverPath: late, onChildStarted });
    const layer = createMcpLayer({ connect, projectRef });
    answerOf(await layer.ports.branches.list({}, createTestCall()));
    const call = createTestCall();
    const removing = layer.ports.branches.delete({ id: 'b1' }, call);
    await someTurns();
    call.expire();
    expect((await removing)._unsafeUnwrapErr()).toMatchObject({ kind: 'timed-out', effect: 'unknown' });
    expect(answerOf(await layer.ports.branches.list({}, createTestCall()))).toEqual([]);
    expect(pids).toHaveLength(1);
    await layer.close();
    expect(getEventListeners(call.signal, 'abort')).toHaveLength(0);
  });

  test('leaves nothing behind in the client: no number of a request, no time limit', async () => {
    const client = new Client({ name: 'test', version: '1' });
    const errors: string[] = [];
    client.onerror = ({ message }) => void errors.push(message);
    await client.connect(new StdioClientTransport({ command: process.execPath, args: [late], stderr: 'ignore' }));
    const layer = createMcpLayer({ connect: client, projectRef });
    answerOf(await layer.ports.branches.list({}, createTestCall()));
    const call = createTestCall();
    const removing = layer.ports.branches.delete({ id: 'b1' }, call);
    await someTurns();
    call.expire();
    await removing;
    answerOf(await layer.ports.branches.list({}, createTestCall()));
    // The late answer did come, and the SDK had nobody to give it to.
    expect(errors).toEqual([expect.stringMatching(/unknown message ID/)]);
    for (const member of ['_responseHandlers', '_progressHandlers', '_timeoutInfo'])
      expect([member, Reflect.get(client, member)]).toEqual([member, new Map()]);
    await layer.close();
  });
});

test('a server that writes garbage between its answers is understood all the same', async () => {
  const connect = stdio({ accessToken, projectRef, serverPath: server('babbling.mjs') });
  const layer = createMcpLayer({ connect, projectRef });
  const lists = Array.from({ length: 20 }, () => layer.ports.branches.list({}, createTestCall()));
  for (const each of await Promise.all(lists)) expect(answerOf(each)).toEqual([]);
  await layer.close();
});
