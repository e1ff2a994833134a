import { createHash } from 'node:crypto';
import { mkdir, mkdtemp, readdir, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { syncPath } from '../directory/sync-path.js';
import { createObjectFiles } from './object-files.js';

let directory: string;
beforeEach(async () => void (directory = await mkdtemp(path.join(tmpdir(), 'object-files-'))));
afterEach(() => rm(directory, { recursive: true, force: true }));

async function* chunks(...texts: string[]): AsyncGenerator<Uint8Array> {
  for (const text of texts) yield Buffer.from(text);
}
const anySize = (): void => undefined;
const filesIn = async (): Promise<string[]> => {
  const entries = await readdir(directory, { recursive: true, withFileTypes: true });
  return entries.filter((entry) => entry.isFile()).map((entry) => entry.name);
};

test('gives size, hash and a version under which the bytes are found again', async () => {
  const files = createObjectFiles(directory);
  const stored = await files.write('b', chunks('ab', 'cd'), anySize);
  expect(stored).toMatchObject({ sizeBytes: 4, md5: createHash('md5').update('abcd').digest('hex') });
  const handle = await files.open('b', stored.version);
  expect(await handle?.readFile('utf8')).toBe('abcd');
  await handle?.close();
});

test('leaves nothing behind when the size is refused or the source fails', async () => {
  const files = createObjectFiles(directory);
  const refuse = (sizeBytes: number): void => {
    if (sizeBytes > 3) throw new Error('too much');
  };
  await expect(files.write('b', chunks('ab', 'cd'), refuse)).rejects.toThrow('too much');
  const broken = (async function* () {
    yield Buffer.from('ab');
    throw new Error('source broke');
  })();
  await expect(files.write('b', broken, anySize)).rejects.toThrow('source broke');
  expect(await filesIn()).toEqual([]);
});

test('removes part files of an earlier process before the first write', async () => {
  await mkdir(path.join(directory, '.parts'));
  await writeFile(path.join(directory, '.parts', 'left-over'), 'x');
  const { version } = await createObjectFiles(directory).write('b', chunks('a'), anySize);
  expect(await filesIn()).toEqual([version]);
});

test('keeps apart buckets whose ids differ in case only, and stays inside its directory for any id', async () => {
  const files = createObjectFiles(path.join(directory, 'objects'));
  const ids = ['Photos', 'photos', '..', '../../x', 'a/b', 'ä', '.parts'];
  for (const id of ids) await files.write(id, chunks(id), anySize);
  expect(await readdir(directory)).toEqual(['objects']);
  expect(await readdir(path.join(directory, 'objects'))).toHaveLength(ids.length + 1);
});

test('finds nothing under a version that is not one of ours', async () => {
  const files = createObjectFiles(directory);
  await files.write('b', chunks('a'), anySize);
  expect(await files.open('b', '../b')).toBeUndefined();
  expect(await files.duplicate('b', '../b', 'b')).toBeUndefined();
});

test('a duplicate outlives its original, and removing twice is safe', async () => {
  const files = createObjectFiles(directory);
  const { version } = await files.write('b', chunks('a'), anySize);
  const copy = await files.duplicate('b', version, 'c');
  await files.remove('b', [version, null]);
  await files.remove('b', [version]);
  const handle = await files.open('c', copy ?? '');
  expect(await handle?.readFile('utf8')).toBe('a');
  await handle?.close();
  await files.removeBucket('b');
  await files.removeBucket('c');
  expect(await filesIn()).toEqual([copy]);
});

test('an adopted file is found under the version it was given, also after a crash left half of it there', async () => {
  const files = createObjectFiles(path.join(directory, 'objects'));
  const { version } = await files.write('b', chunks('half'), anySize);
  await writeFile(path.join(directory, 'whole'), 'whole');
  await files.adopt(path.join(directory, 'whole'), 'b', version);
  await rm(path.join(directory, 'whole'));
  const handle = await files.open('b', version);
  expect(await handle?.readFile('utf8')).toBe('whole');
  await handle?.close();
});

test('where bytes have to last, they are on the disk before they get their name, and their name before anybody is told', async () => {
  const synced: string[] = [];
  const sync = async (place: string): Promise<void> => {
    await syncPath(place);
    const entry = path.relative(directory, place).split(path.sep);
    synced.push(entry.length === 1 ? `folder with ${(await readdir(place)).length}` : (entry[0] ?? ''));
  };
  const files = createObjectFiles(directory, { sync });
  const { version } = await files.write('b', chunks('a'), anySize);
  expect(synced.splice(0)).toEqual(['.parts', 'folder with 1']);
  await files.duplicate('b', version, 'b');
  expect(synced.splice(0)).toEqual([expect.stringMatching(/^b\./), 'folder with 2']);
  const own = '00000000-0000-4000-8000-000000000001';
  await writeFile(path.join(directory, 'whole'), 'x');
  await files.adopt(path.join(directory, 'whole'), 'b', own);
  expect(synced).toEqual([expect.stringMatching(/^b\./), 'folder with 3']);
});
