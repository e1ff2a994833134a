import { mkdir, mkdtemp, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { localFilesOf } from './local-files.js';

let root: string;
beforeEach(async () => {
  root = await mkdtemp(join(tmpdir(), 'hybrid-local-files-'));
});
afterEach(() => rm(root, { recursive: true, force: true }));

test('every file is either taken or named with the reason why not', async () => {
  await mkdir(join(root, 'folder'));
  for (const name of ['a.txt', 'folder/b.txt', 'mine.part', 'copy.part.log', 'copy.part.lock', 'part'])
    await writeFile(join(root, name), 'x');
  await symlink('a.txt', join(root, 'link'));
  const { files, others, unnamed } = await localFilesOf(root);
  expect(files.map(({ file }) => file)).toEqual(['a.txt', 'folder/b.txt', 'part']);
  expect(others.map(({ file, did }) => [file, did])).toEqual([
    ['copy.part.lock', 'skipped'],
    ['copy.part.log', 'skipped'],
    ['link', 'skipped'],
    ['mine.part', 'skipped'],
  ]);
  expect(others.every(({ why }) => why !== undefined && why !== '')).toBe(true);
  expect(unnamed).toEqual([]);
});

test('a folder that is not there is told by a rejection', async () => {
  await expect(localFilesOf(join(root, 'absent'))).rejects.toMatchObject({ code: 'ENOENT' });
});
