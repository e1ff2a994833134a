import { chmod, mkdtemp, readdir, rm, stat } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { openHome } from './home.js';

let folder: string;
beforeEach(async () => void (folder = await mkdtemp(join(tmpdir(), 'hybrid-test-'))));
afterEach(() => rm(folder, { recursive: true, force: true }));
const stranger = { uid: 54_321, gid: 54_321 };

test('a folder that the database user cannot enter is refused, and nothing is put there', async () => {
  await chmod(folder, 0o700);
  const path = join(folder, 'data');
  expect((await openHome(path, stranger))._unsafeUnwrapErr()).toMatchObject({ kind: 'directory-unreachable' });
  expect(await readdir(path)).toEqual([]);
});

test('the data directory itself lets the database user pass, and nobody look', async () => {
  await chmod(folder, 0o711);
  const path = join(folder, 'data');
  const home = (await openHome(path, stranger))._unsafeUnwrap();
  expect((await stat(path)).mode & 0o777).toBe(0o711);
  expect((await stat(home.objectsDirectory)).mode & 0o777).toBe(0o700);
  await home.close();
  expect(await readdir(path)).toEqual(['objects']);
});

test('a temporary folder is gone after closing', async () => {
  const home = (await openHome(undefined, undefined))._unsafeUnwrap();
  expect(home.temporary).toBe(true);
  await home.close();
  await expect(stat(home.path)).rejects.toThrow('ENOENT');
});
