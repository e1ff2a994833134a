import { mkdtemp, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { verifyJwt } from '../jwt.js';
import { openKeys } from './keys.js';

let folder: string;
beforeEach(async () => void (folder = await mkdtemp(join(tmpdir(), 'hybrid-test-'))));
afterEach(() => rm(folder, { recursive: true, force: true }));

test('keys are made once for a directory and only its owner may read them', async () => {
  const keys = await openKeys(folder);
  expect(await openKeys(folder)).toEqual(keys);
  expect((await stat(join(folder, 'keys.json'))).mode & 0o777).toBe(0o600);
});

test('no two directories share a secret', async () => {
  const keys = await openKeys(folder);
  await rm(join(folder, 'keys.json'));
  const others = await openKeys(folder);
  const values: readonly string[] = Object.values(others);
  expect(Object.values(keys).filter((value) => values.includes(value))).toEqual([]);
});

test.each([
  ['anonKey', 'anon'],
  ['serviceRoleKey', 'service_role'],
] as const)('%s is a token of the role %s', async (name, role) => {
  const keys = await openKeys(folder);
  expect(verifyJwt(keys[name], keys.jwtSecret)._unsafeUnwrap()).toMatchObject({ role, ref: keys.projectRef });
});

test('a file that lost its contents is made anew', async () => {
  await writeFile(join(folder, 'keys.json'), '{"jwtSecret":');
  expect((await openKeys(folder)).projectRef).toMatch(/^[a-z]{20}$/);
});
