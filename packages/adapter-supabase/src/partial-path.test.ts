import { mkdtemp, readdir, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import type { FileTarget, FileWriter, LayerError, RangeWriter } from '@hybrid-supabase/core';
import type { Result } from 'neverthrow';
import { targetToFile } from './file-target.js';
import { partialPath } from './partial-path.js';

let folder: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'hybrid-partial-'));
});
afterEach(() => rm(folder, { recursive: true }));

const bytesOf = (path: string): number => Buffer.byteLength(basename(path));
const version = { etag: '"1"', sizeBytes: 1 };

type Opening = (to: FileTarget) => Promise<Result<FileWriter | RangeWriter, LayerError> | undefined>;
const whole: Opening = (to) => to.open();
const ranged: Opening = async (to) => to.openRanges?.(version);

test.each([
  ['whole', 214, whole],
  ['whole', 255, whole],
  ['in ranges', 246, ranged],
  ['in ranges', 255, ranged],
])('a file whose name needs all there is comes down %s: %i bytes', async (_how, length, open) => {
  const name = 'n'.repeat(length);
  const writer = (await open(targetToFile(join(folder, name))))?._unsafeUnwrap();
  await writer?.commit();
  expect(await readdir(folder)).toEqual([name]);
});

test.each([whole, ranged])('a name that no file can have is refused before its bytes are taken', async (open) => {
  const refused = (await open(targetToFile(join(folder, 'n'.repeat(256)))))?._unsafeUnwrapErr();
  expect([refused?.kind, refused?.effect]).toEqual(['failed', 'none']);
  expect(await readdir(folder)).toEqual([]);
});

test('a short name is kept as it is, a long one cut between two characters', () => {
  expect(partialPath(join(folder, 'file'), '.part')).toBe(join(folder, 'file.part'));
  for (const first of ['', 'a', 'aa', 'aaa']) {
    const cut = partialPath(join(folder, first + '\u{1f4c1}'.repeat(60)), '.part');
    expect(bytesOf(cut)).toBeLessThanOrEqual(255);
    expect(basename(cut)).not.toContain('\ufffd');
  }
});

test('two long names that begin alike have two partial files', () => {
  const [one, two] = ['1', '2'].map((last) => partialPath(join(folder, 'n'.repeat(254) + last), '.part'));
  expect(one).not.toBe(two);
});
