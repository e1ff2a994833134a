import { mkdtemp, readdir, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { lockDirectory } from './directory-lock.js';
import { identityOf, isRunning } from './process-identity.js';

let folder: string;
beforeEach(async () => void (folder = await mkdtemp(join(tmpdir(), 'hybrid-test-'))));
afterEach(() => rm(folder, { recursive: true, force: true }));

const leaveLock = (holders: unknown): Promise<void> => writeFile(join(folder, 'stack.lock'), JSON.stringify(holders));
const gonePid = 2 ** 22 + 12_345;

test('one process at a time, and the refusal names it', async () => {
  const lock = (await lockDirectory(folder))._unsafeUnwrap();
  expect((await lockDirectory(folder))._unsafeUnwrapErr()).toMatchObject({
    kind: 'directory-in-use',
    message: `The data directory is in use by process ${process.pid}.`,
  });
  await lock.release();
  await (await lockDirectory(folder))._unsafeUnwrap().release();
  expect(await readdir(folder)).toEqual([]);
});

test('of many at the same time exactly one gets it', async () => {
  const attempts = await Promise.all(Array.from({ length: 10 }, () => lockDirectory(folder)));
  expect(attempts.filter((attempt) => attempt.isOk())).toHaveLength(1);
});

test.each([
  ['of a process that has gone', { owner: { pid: gonePid } }],
  ['of an earlier process with our number', { owner: { pid: process.pid, started: '1' } }],
  ['that nobody can read', 'nonsense'],
])('a lock %s is taken over', async (_name, holders) => {
  await leaveLock(holders);
  expect((await lockDirectory(folder)).isOk()).toBe(true);
});

test('a lock on behalf of helpers is still its owner’s', async () => {
  const lock = (await lockDirectory(folder))._unsafeUnwrap();
  await lock.record({ keeper: gonePid, database: gonePid });
  expect((await lockDirectory(folder)).isErr()).toBe(true);
});

test('a process is told apart from a later one of the same number', async () => {
  const own = await identityOf(process.pid);
  expect(await isRunning(own)).toBe(true);
  expect(await isRunning({ ...own, started: '1' })).toBe(own.started === undefined);
  expect(await isRunning({ pid: gonePid })).toBe(false);
});
