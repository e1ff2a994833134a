import { mkdir, mkdtemp, readdir, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createDiskPositions } from './upload-positions.js';

let folder: string;
let nowMs: number;
const onDisk = () => createDiskPositions(folder, () => nowMs);
beforeEach(async () => {
  nowMs = Date.now();
  folder = await mkdtemp(join(tmpdir(), 'hybrid-positions-'));
});
afterEach(() => rm(folder, { recursive: true }));

test('what one process keeps another finds, until it is forgotten', async () => {
  const first = await onDisk().at('place', 'name');
  expect(first.id).toBeUndefined();
  await first.keep('YS9i');
  const second = await onDisk().at('place', 'name');
  expect(second.id).toBe('YS9i');
  expect((await onDisk().at('place', 'another')).id).toBeUndefined();
  await second.forget();
  expect((await onDisk().at('place', 'name')).id).toBeUndefined();
});

test.each(['', '{"id":"YS', '\0\0\0\0', '{"id":7}', '{"id":"../../bucket/b"}', '{"id":"a?b"}', '{"id":""}'])(
  'a damaged position is none: %j',
  async (text) => {
    const positions = onDisk();
    await (await positions.at('place', 'name')).keep('YS9i');
    const [file = ''] = await readdir(folder);
    await writeFile(join(folder, file), text);
    expect((await positions.at('place', 'name')).id).toBeUndefined();
  },
);

const dayMs = 24 * 60 * 60 * 1000;
const fileOf = async (place: string): Promise<string> => {
  const before = new Set(await readdir(folder));
  await (await onDisk().at(place, 'upload')).keep('YS9i');
  const [file = ''] = (await readdir(folder)).filter((name) => !before.has(name));
  return file;
};
const lockOf = async (file: string, pid: number): Promise<void> => {
  const lock = join(folder, `${file.slice(0, 64)}.lock`);
  await mkdir(lock);
  await writeFile(join(lock, `${pid}--somebody.part.lock`), '');
};

test('what nobody went on with for a week is removed, but nothing that a process writes, and nothing of others', async () => {
  const [here, elsewhere, killed, left] = [
    await fileOf('here'),
    await fileOf('elsewhere'),
    await fileOf('killed'),
    await fileOf('left'),
  ];
  const positions = onDisk();
  const release = await positions.hold('here');
  await lockOf(elsewhere, process.ppid);
  await lockOf(killed, 2 ** 30);
  await writeFile(join(folder, `${left.slice(0, -5)}.torn.new`), '');
  await writeFile(join(folder, `${left.slice(0, 64)}.md5s`), '');
  const whole = (await readdir(folder)).sort();
  const keepLater = async (days: number): Promise<void> => {
    nowMs += days * dayMs;
    await (await positions.at('here', 'upload')).keep('YS9i');
  };
  await keepLater(6);
  expect((await readdir(folder)).sort()).toEqual(whole);
  await keepLater(2);
  const kept = [here, `${here.slice(0, 64)}.lock`, elsewhere, `${elsewhere.slice(0, 64)}.lock`];
  expect((await readdir(folder)).sort()).toEqual([...kept, `${left.slice(0, 64)}.md5s`].sort());
  await release?.();
});
