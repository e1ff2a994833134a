import { mkdtemp, rm, stat, utimes, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { FileSource } from '@hybrid-supabase/core';
import { sourceFromBlob, sourceFromBytes, sourceFromFile } from './file-source.js';

let folder = '';
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'hybrid-source-'));
});
afterEach(() => rm(folder, { recursive: true }));

const read = async (source: FileSource, offset: number): Promise<string> => {
  const chunks: Uint8Array[] = [];
  for await (const chunk of source.open(offset)) chunks.push(chunk);
  return Buffer.concat(chunks).toString();
};

test('bytes can be read again from any offset', async () => {
  const source = sourceFromBytes(Buffer.from('hello'));
  expect([source.sizeBytes, await read(source, 0), await read(source, 2), await read(source, 5)]).toEqual([
    5,
    'hello',
    'llo',
    '',
  ]);
});

test('a Blob and a File can be read again from any offset', async () => {
  for (const source of [sourceFromBlob(new Blob(['hel', 'lo'])), sourceFromBlob(new File(['hello'], 'f'))])
    expect([source.sizeBytes, await read(source, 0), await read(source, 2), await read(source, 5)]).toEqual([
      5,
      'hello',
      'llo',
      '',
    ]);
});

test('a file can be read again from any offset', async () => {
  const path = join(folder, 'file');
  await writeFile(path, 'hello');
  const source = (await sourceFromFile(path))._unsafeUnwrap();
  expect([source.sizeBytes, await read(source, 0), await read(source, 2), await read(source, 5)]).toEqual([
    5,
    'hello',
    'llo',
    '',
  ]);
});

test('a missing file and a folder are errors, not exceptions', async () => {
  for (const path of [join(folder, 'none'), folder]) {
    const error = (await sourceFromFile(path))._unsafeUnwrapErr();
    expect(error).toMatchObject({ kind: 'invalid-request', effect: 'none' });
    expect(error.message).not.toContain(folder);
  }
});

test('a file that vanishes before it is read rejects the iteration', async () => {
  const path = join(folder, 'file');
  await writeFile(path, 'hello');
  const source = (await sourceFromFile(path))._unsafeUnwrap();
  await rm(path);
  await expect(read(source, 0)).rejects.toThrow('ENOENT');
});

test('a file whose bytes were changed under the same size and time is another one', async () => {
  const path = join(folder, 'same');
  await writeFile(path, 'one');
  const { atime, mtime } = await stat(path);
  await utimes(path, atime, mtime);
  const source = (await sourceFromFile(path))._unsafeUnwrap();
  const { ctimeMs } = await stat(path);
  do {
    await writeFile(path, 'two');
    await utimes(path, atime, mtime);
  } while ((await stat(path)).ctimeMs === ctimeMs);
  expect((await sourceFromFile(path))._unsafeUnwrap().identity).not.toBe(source.identity);
  await expect(read(source, 0)).rejects.toThrow('changed');
});
