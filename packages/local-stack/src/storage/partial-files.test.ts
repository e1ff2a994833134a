import { createHash } from 'node:crypto';
import { appendFile, mkdtemp, readdir, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { createPartialFiles } from './partial-files.js';
import type { PartialUpload } from './partial-upload.js';

let directory: string;
beforeEach(async () => void (directory = await mkdtemp(path.join(tmpdir(), 'partial-files-'))));
afterEach(() => rm(directory, { recursive: true, force: true }));

const version = '01234567-89ab-4cde-8f01-23456789abcd';
const upload: PartialUpload = {
  version,
  sizeBytes: 6,
  createdAtMs: 1,
  metadata: { bucketName: 'b', objectName: 'a', flag: null },
  upsert: false,
  owner: null,
  finished: false,
};
const anySize = (): void => undefined;
const md5 = (text: string): string => createHash('md5').update(text).digest('hex');
async function* chunks(...texts: string[]): AsyncGenerator<Uint8Array> {
  for (const text of texts) yield Buffer.from(text);
}

test('a record comes back as it was saved last, also for another process', async () => {
  await createPartialFiles(directory).save(upload);
  await createPartialFiles(directory).save({ ...upload, finished: true });
  expect(await createPartialFiles(directory).read(version)).toEqual({ ...upload, finished: true });
});

test('there is nothing in a directory that was never made', async () => {
  const partials = createPartialFiles(path.join(directory, 'none'));
  expect([await partials.read(version), await partials.receivedBytes(version), await partials.list()]).toEqual([
    undefined,
    0,
    [],
  ]);
  await partials.remove(version);
});

test.each(['', '{', '{}', '[]', JSON.stringify({ ...upload, sizeBytes: -1 })])(
  'the record %j is none',
  async (text) => {
    await writeFile(path.join(directory, `${version}.json`), text);
    expect(await createPartialFiles(directory).read(version)).toBeUndefined();
  },
);

test('bytes are added at the end, and their sum is right whoever wrote them', async () => {
  const partials = createPartialFiles(directory);
  expect(await partials.append(version, chunks('ab', 'c'), anySize)).toBe(3);
  expect(await partials.append(version, chunks('de'), anySize)).toBe(5);
  expect(await partials.md5(version)).toBe(md5('abcde'));
  await appendFile(partials.bytesFile(version), 'f');
  expect(await partials.md5(version)).toBe(md5('abcdef'));
  const other = createPartialFiles(directory);
  expect([await other.append(version, chunks('g'), anySize), await other.md5(version)]).toEqual([7, md5('abcdefg')]);
});

test('what came before a broken source or a refused size stays', async () => {
  const partials = createPartialFiles(directory);
  const broken = (async function* () {
    yield Buffer.from('ab');
    throw new Error('source broke');
  })();
  await expect(partials.append(version, broken, anySize)).rejects.toThrow('source broke');
  const refuse = (sizeBytes: number): void => {
    if (sizeBytes > 4) throw new Error('too much');
  };
  await expect(partials.append(version, chunks('cd', 'e'), refuse)).rejects.toThrow('too much');
  expect([await partials.receivedBytes(version), await partials.md5(version)]).toEqual([4, md5('abcd')]);
});

test('a removed upload leaves nothing, and only its own files go', async () => {
  const partials = createPartialFiles(directory);
  const other = version.replace('0', '1');
  for (const each of [version, other]) {
    await partials.save({ ...upload, version: each });
    await partials.append(each, chunks('a'), anySize);
  }
  expect((await partials.list()).map((found) => found.version).sort()).toEqual([version, other]);
  await partials.remove(version);
  await partials.remove(version);
  expect((await readdir(directory)).sort()).toEqual([`${other}.bytes`, `${other}.json`]);
});
