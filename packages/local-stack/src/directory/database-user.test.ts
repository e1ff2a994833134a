import { chmod, mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { canEnter, findDatabaseUser } from './database-user.js';

let folder: string;
beforeEach(async () => void (folder = await mkdtemp(join(tmpdir(), 'hybrid-test-'))));
afterEach(() => rm(folder, { recursive: true, force: true }));

const passwd = async (...lines: readonly string[]): Promise<string> => {
  const path = join(folder, 'passwd');
  await writeFile(path, lines.join('\n'));
  return path;
};
const root = 'root:x:0:0:root:/root:/bin/sh';

test('who is not root runs the database himself', () => {
  expect(findDatabaseUser(1000)._unsafeUnwrap()).toBeUndefined();
});

test.each([
  [
    'the database’s own user first',
    ['nobody:x:65534:65534::/:/bin/false', 'postgres:x:101:104::/:/bin/sh'],
    { uid: 101, gid: 104 },
  ],
  ['else nobody', ['nobody:x:65534:65534::/:/bin/false'], { uid: 65_534, gid: 65_534 }],
])('root takes %s', async (_name, lines, user) => {
  expect(findDatabaseUser(0, await passwd(root, ...lines))._unsafeUnwrap()).toEqual(user);
});

test('root alone on a system cannot run a database', async () => {
  const refused = findDatabaseUser(0, await passwd(root, 'postgres:x:0:0::/:/bin/sh'));
  expect(refused._unsafeUnwrapErr()).toMatchObject({
    kind: 'no-database-user',
    hint: expect.stringContaining('postgres or nobody'),
  });
});

test('every folder above must let the user through', async () => {
  const stranger = { uid: 54_321, gid: 54_321 };
  const inner = join(folder, 'a');
  await mkdir(inner, { mode: 0o755 });
  await chmod(folder, 0o700);
  expect(await canEnter(inner, stranger)).toBe(false);
  await chmod(folder, 0o711);
  expect(await canEnter(inner, stranger)).toBe(true);
  await chmod(inner, 0o710);
  expect(await canEnter(inner, stranger)).toBe(false);
});
