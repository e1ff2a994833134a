import { existsSync } from 'node:fs';
import { mkdir, mkdtemp, readdir, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { freeLock, takeLock } from './process-lock.js';

let folder: string;
let lock: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'hybrid-lock-'));
  lock = join(folder, 'file.part.lock');
});
afterEach(() => rm(folder, { recursive: true }));

/** The same module once more, as another thread or process has it. */
const another = async () => {
  jest.resetModules();
  return await import('./process-lock.js');
};
/** Leaves what a holder of this number leaves when it is killed. */
const leave = async (pid: number, start: string): Promise<void> => {
  await mkdir(lock, { recursive: true });
  await writeFile(join(lock, `${pid}-${start}-somebody.part.lock`), '');
};
const deadPid = 2 ** 22 + 7;

test('one has it until it is freed, and nothing is left then', async () => {
  expect([await takeLock(lock), await takeLock(lock)]).toEqual([true, false]);
  await freeLock(lock);
  expect(await readdir(folder)).toEqual([]);
  expect(await takeLock(lock)).toBe(true);
});

test('another thread of the same process does not have it meanwhile', async () => {
  const other = await another();
  expect([await takeLock(lock), await other.takeLock(lock)]).toEqual([true, false]);
  await freeLock(lock);
  expect(await other.takeLock(lock)).toBe(true);
});

test('what a killed process left is taken over', async () => {
  await leave(deadPid, '1');
  expect(await takeLock(lock)).toBe(true);
});

test('a process that has the number of a killed one by now is not taken for it', async () => {
  await leave(process.ppid, '1');
  expect(await takeLock(lock)).toBe(existsSync('/proc/self/stat'));
});

test('of many that find a lock of the dead at once never two have it', async () => {
  const many = await Promise.all(Array.from({ length: 8 }, () => another()));
  for (let round = 0; round < 40; round += 1) {
    await leave(deadPid, '1');
    const took = await Promise.all(many.map((one) => one.takeLock(lock)));
    expect(took.filter(Boolean).length).toBeLessThanOrEqual(1);
    for (const [at, isTaken] of took.entries()) if (isTaken) await many[at]?.freeLock(lock);
    const [again] = many;
    expect(await again?.takeLock(lock)).toBe(true);
    await again?.freeLock(lock);
  }
});

test('a place that is not there is told by a rejection and holds nobody', async () => {
  const nowhere = join(folder, 'none', 'lock');
  await expect(takeLock(nowhere)).rejects.toMatchObject({ code: 'ENOENT' });
  await mkdir(join(folder, 'none'));
  expect(await takeLock(nowhere)).toBe(true);
});
