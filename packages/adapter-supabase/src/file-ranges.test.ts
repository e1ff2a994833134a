import { appendFile, mkdir, mkdtemp, readFile, readdir, rm, truncate, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { openFileRanges } from './file-ranges.js';

const version = { etag: '"one-2"', sizeBytes: 10 };
let folder: string;
let path: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'hybrid-ranges-'));
  path = join(folder, 'file');
});
afterEach(() => rm(folder, { recursive: true }));

const opened = async () => (await openFileRanges(path, version))._unsafeUnwrap();
const begun = async (): Promise<void> => {
  const writer = await opened();
  await writer.writeAt(0, Buffer.from('abc'));
  await writer.writeAt(6, Buffer.from('ghij'));
  await writer.keep();
};
const missingNow = async () => {
  const writer = await opened();
  await writer.keep();
  return writer.missing;
};
const all = [{ from: 0, to: 10 }];

test('what was written is there for the next one, and only one writes at a time', async () => {
  await begun();
  const writer = await opened();
  expect(writer.missing).toEqual([{ from: 3, to: 6 }]);
  expect((await openFileRanges(path, version))._unsafeUnwrapErr()).toMatchObject({ kind: 'failed', effect: 'none' });
  await writer.writeAt(3, Buffer.from('def'));
  await writer.commit();
  expect(await readdir(folder)).toEqual(['file']);
  expect(await readFile(path, 'utf8')).toBe('abcdefghij');
});

test.each([
  ['of another version', () => writeFile(`${path}.part.log`, '{"etag":"two"}\n0 10\n')],
  ['without its log', () => rm(`${path}.part.log`)],
  ['whose bytes are gone', () => rm(`${path}.part`)],
  ['that was cut off', () => truncate(`${path}.part`, 7)],
  ['that has grown', () => appendFile(`${path}.part`, 'more')],
  ['whose log names bytes it cannot have', () => appendFile(`${path}.part.log`, '0 11\n')],
])('a beginning %s is none', async (_what, damage) => {
  await begun();
  await damage();
  expect(await missingNow()).toEqual(all);
  const writer = await opened();
  await writer.writeAt(0, Buffer.from('0123456789'));
  await writer.commit();
  expect(await readFile(path, 'utf8')).toBe('0123456789');
});

test.each(['3 6', '3', 'x y\n', '6 3\n', '-1 4\n', '\0\0\0\n'])(
  'a line %j that was not written whole says nothing',
  async (line) => {
    await begun();
    await appendFile(`${path}.part.log`, line);
    expect(await missingNow()).toEqual([{ from: 3, to: 6 }]);
  },
);

test('a commit that fails holds nothing open once it was given up', async () => {
  const writer = await opened();
  await writer.writeAt(0, Buffer.from('0123456789'));
  await mkdir(join(path, 'taken'), { recursive: true });
  await expect(writer.commit()).rejects.toThrow();
  await writer.keep();
  expect((await readdir(folder)).sort()).toEqual(['file', 'file.part', 'file.part.log']);
  await rm(path, { recursive: true });
  const again = await opened();
  expect(again.missing).toEqual([]);
  await again.commit();
  expect(await readFile(path, 'utf8')).toBe('0123456789');
});
