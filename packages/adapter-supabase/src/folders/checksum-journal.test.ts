import { createHash } from 'node:crypto';
import { appendFile, mkdtemp, readFile, readdir, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { openChecksumJournal } from './checksum-journal.js';
import type { LocalFile } from './local-files.js';

let directory = '';
beforeEach(async () => {
  directory = await mkdtemp(join(tmpdir(), 'hybrid-journal-'));
});
afterEach(() => rm(directory, { recursive: true }));

const md5 = 'd41d8cd98f00b204e9800998ecf8427e';
const file = (name: string, more: Partial<LocalFile> = {}): LocalFile => ({
  ...{ file: name, sizeBytes: 5, modifiedMs: 1000.5, changedMs: 1000.5, inode: 7 },
  ...more,
});
const opened = (...files: readonly LocalFile[]) => openChecksumJournal({ directory, folder: 'photos', files });
const lines = async (): Promise<readonly string[]> => {
  const [name = ''] = await readdir(directory);
  return (await readFile(join(directory, name), 'utf8')).split('\n').filter((line) => line !== '');
};

test('a later run knows what an earlier one read, also of one that was killed', async () => {
  const journal = await opened();
  journal.read(file('a'), md5, 1_000_000);
  journal.received(file('b ä'), md5);
  while ((await lines()).length < 2) await new Promise((resolve) => setImmediate(resolve));
  const next = await opened(file('a'), file('b ä'), file('c'));
  expect([next.known(file('a')), next.known(file('b ä')), next.known(file('c'))]).toEqual([md5, md5, undefined]);
  await journal.close();
  await next.close();
});

test.each<[string, Partial<LocalFile>]>([
  ['size', { sizeBytes: 6 }],
  ['time', { modifiedMs: 2000.5 }],
  ['rights or name', { changedMs: 2000.5 }],
  ['inode', { inode: 8 }],
])('a file of another %s is not known', async (_what, more) => {
  const journal = await opened();
  journal.read(file('a'), md5, 1_000_000);
  expect(journal.known(file('a'))).toBe(md5);
  expect(journal.known(file('a', more))).toBeUndefined();
  await journal.close();
  const next = await opened(file('a', more));
  expect(next.known(file('a', more))).toBeUndefined();
  await next.close();
});

test('what changed so lately that it may change again unseen is not noted', async () => {
  const journal = await opened();
  journal.read(file('read at once', { modifiedMs: 10_000.5 }), md5, 11_000);
  journal.received(file('on a coarse clock', { modifiedMs: 10_000 }), md5);
  expect(journal.known(file('read at once', { modifiedMs: 10_000.5 }))).toBeUndefined();
  expect(journal.known(file('on a coarse clock', { modifiedMs: 10_000 }))).toBeUndefined();
  await journal.close();
});

test('half a line and lines of another kind spoil nothing', async () => {
  const first = await opened();
  first.read(file('a'), md5, 1_000_000);
  await first.close();
  const [name = ''] = await readdir(directory);
  await appendFile(join(directory, name), '{"x":1}\n[1,2,3]\n["a","5:10');
  const second = await opened(file('a'));
  expect(second.known(file('a'))).toBe(md5);
  second.read(file('b'), md5, 1_000_000);
  await second.close();
  const third = await opened(file('a'), file('b'));
  expect([third.known(file('a')), third.known(file('b'))]).toEqual([md5, md5]);
  await third.close();
});

test('forgets files that are gone', async () => {
  const first = await opened();
  for (let at = 0; at < 10; at += 1) first.read(file(`${at}`), md5, 1_000_000);
  await first.close();
  const second = await opened(file('3'));
  await second.close();
  expect(await lines()).toHaveLength(1);
  expect(await readdir(directory)).toHaveLength(1);
});

test('folders do not share what they know, and a directory that is none rejects', async () => {
  const journal = await opened();
  journal.read(file('a'), md5, 1_000_000);
  await journal.close();
  const other = await openChecksumJournal({ directory, folder: 'videos', files: [file('a')] });
  expect(other.known(file('a'))).toBeUndefined();
  await other.close();
  await writeFile(join(directory, 'file'), '');
  await expect(openChecksumJournal({ directory: join(directory, 'file'), folder: 'f', files: [] })).rejects.toThrow();
});

test('two runs at once spoil nothing for a third', async () => {
  const first = await opened();
  for (let at = 0; at < 50; at += 1) first.read(file(`old ${at}`), md5, 1_000_000);
  await first.close();
  const here = [file('a'), file('b'), file('c')];
  const [one, other] = [await opened(...here), await opened(...here)];
  one.read(file('a'), md5, 1_000_000);
  other.read(file('b'), md5, 1_000_000);
  await one.close();
  other.read(file('c'), md5, 1_000_000);
  await other.close();
  const third = await opened(...here);
  // The last to close has the last word; what it did not know costs one more reading.
  expect(here.map((each) => third.known(each))).toEqual([undefined, md5, md5]);
  await third.close();
  expect(await readdir(directory)).toHaveLength(1);
});

test('whatever a crash makes of its bytes, nothing false is known', async () => {
  const right = new Map(
    Array.from({ length: 20 }, (_, at) => [`${at}`, createHash('md5').update(`${at}`).digest('hex')]),
  );
  const files = [...right.keys()].map((name) => file(name));
  const journal = await opened();
  for (const [name, sum] of right) journal.read(file(name), sum, 1_000_000);
  await journal.close();
  const [name = ''] = await readdir(directory);
  const whole = await readFile(join(directory, name));
  for (let cut = 0; cut < whole.byteLength; cut += 37) {
    const torn = Buffer.concat([whole.subarray(0, cut), Buffer.alloc(16), whole.subarray(cut + 16)]);
    await writeFile(join(directory, name), cut % 2 === 0 ? torn : whole.subarray(0, cut));
    const next = await openChecksumJournal({ directory, folder: 'photos', files, isReadOnly: true });
    for (const each of files) expect([undefined, right.get(each.file)]).toContain(next.known(each));
  }
});
