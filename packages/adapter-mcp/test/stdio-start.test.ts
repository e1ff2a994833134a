import { join } from 'node:path';
import { createTestCall } from '@hybrid-supabase/contract-tests';
import { createConnection } from '../src/connection.js';
import { stdio } from '../src/stdio.js';
import type { StdioOptions } from '../src/stdio-options.js';
import { isGone } from './is-gone.js';

const accessToken = 'sbp_0123456789012345678901234567890123456789';
const server = (name: string): string => join(__dirname, 'servers', name);

const startWith = async (options: Partial<StdioOptions>) => {
  const pids: number[] = [];
  const connector = stdio({ accessToken, projectRef: 'ref', onChildStarted: (pid) => pids.push(pid), ...options });
  const connection = createConnection({ layer: 'mcp', connector, readOnly: false });
  const opened = await connection.session(createTestCall());
  return { connection, opened, pids };
};

test.each<[string, Partial<StdioOptions>, RegExp]>([
  ['a misspelt feature', { features: ['databse'] }, /expected one of/],
  ['a server that is not there', { serverPath: server('absent.mjs') }, /Cannot find module/],
  ['a server that ends and leaks', { serverPath: server('leaks.mjs') }, /bad token \[secret\] for \[address\]/],
  ['a server that writes garbage', { serverPath: server('garbage.mjs'), startTimeoutMs: 700 }, /did not start: .*JSON/],
  ['a server that never answers', { serverPath: server('silent.mjs'), startTimeoutMs: 700 }, /silent server started/],
])(
  'a start fails as unavailable, with the reason, nothing sent and no child left: %s',
  async (_what, options, reason) => {
    const { connection, opened, pids } = await startWith(options);
    const error = opened._unsafeUnwrapErr();
    expect(error).toMatchObject({ kind: 'unavailable', effect: 'none', layer: 'mcp' });
    expect(error.message).toMatch(reason);
    expect(error.message).not.toContain(accessToken);
    expect(error.hint).toBeTruthy();
    expect(pids.map(isGone)).toEqual([true]);
    await connection.close();
  },
);

test('a failed start is tried again by the next call', async () => {
  const { connection, pids } = await startWith({ serverPath: server('leaks.mjs') });
  await connection.session(createTestCall());
  expect(pids).toHaveLength(2);
  await connection.close();
});

test('the installed server starts, and its child ends with the connection', async () => {
  const { connection, opened, pids } = await startWith({});
  expect(opened._unsafeUnwrap().tools.has('list_storage_buckets')).toBe(true);
  expect(pids.map(isGone)).toEqual([false]);
  await connection.close();
  expect(pids.map(isGone)).toEqual([true]);
});

test('calls that wait for the same start share one child', async () => {
  const pids: number[] = [];
  const connector = stdio({ accessToken, projectRef: 'ref', onChildStarted: (pid) => pids.push(pid) });
  const connection = createConnection({ layer: 'mcp', connector, readOnly: false });
  const opened = await Promise.all(Array.from({ length: 20 }, () => connection.session(createTestCall())));
  expect(opened.every((each) => each.isOk())).toBe(true);
  expect(pids).toHaveLength(1);
  await connection.close();
});

test('a caller that gives up during a start does not wait for it', async () => {
  const connector = stdio({ accessToken, projectRef: 'ref', serverPath: server('silent.mjs') });
  const connection = createConnection({ layer: 'mcp', connector, readOnly: false });
  const call = createTestCall();
  const opening = connection.session(call);
  call.abort();
  expect((await opening)._unsafeUnwrapErr()).toMatchObject({ kind: 'cancelled', effect: 'none' });
  await connection.close();
});

test('a close in the middle of a start ends the child', async () => {
  const pids: number[] = [];
  const onChildStarted = (pid: number): void => void pids.push(pid);
  const connector = stdio({ accessToken, projectRef: 'ref', serverPath: server('silent.mjs'), onChildStarted });
  const connection = createConnection({ layer: 'mcp', connector, readOnly: false });
  const opening = connection.session(createTestCall());
  await connection.close();
  expect((await opening)._unsafeUnwrapErr()).toMatchObject({ kind: 'unavailable', effect: 'none' });
  expect(pids.map(isGone)).toEqual([true]);
});

test('a session that should be read-only and is not is refused', async () => {
  const connector = stdio({ accessToken, projectRef: 'ref' });
  const connection = createConnection({ layer: 'mcp', connector, readOnly: true });
  const opened = await connection.session(createTestCall());
  expect(opened._unsafeUnwrapErr()).toMatchObject({ kind: 'unavailable', effect: 'none', code: 'not-read-only' });
  await connection.close();
});

test('a read-only session is recognised by its hints', async () => {
  const connector = stdio({ accessToken, projectRef: 'ref', readOnly: true });
  const connection = createConnection({ layer: 'mcp', connector, readOnly: true });
  expect((await connection.session(createTestCall())).isOk()).toBe(true);
  await connection.close();
});
