import { chmod, mkdir, mkdtemp, readdir, readFile, rm, stat, truncate, utimes, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import { copyTemplate, keepTemplate, mayTrust, templateIn } from './templates.cjs';

let folder: string;
let data: string;
let template: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'hybrid-test-'));
  data = join(folder, 'data');
  await mkdir(join(data, 'base', '1'), { recursive: true });
  await mkdir(join(data, 'empty'));
  for (const name of ['VERSION', 'base/1/1255', 'base/none']) await writeFile(join(data, name), contentOf(name));
  await mkdir(join(folder, 'kept'));
  template = templateIn(join(folder, 'kept'), '18', ['--auth']);
});
afterEach(() => rm(folder, { recursive: true, force: true }));

const contentOf = (name: string): string => (name === 'base/none' ? '' : `the content of ${name}`);

test('a copy has every folder and every file of what was kept, for its owner alone', async () => {
  keepTemplate(template, data);
  const copy = join(folder, 'copy');
  copyTemplate(template, copy, undefined);
  const names = (await readdir(copy, { recursive: true })).sort();
  expect(names).toEqual(['VERSION', 'base', 'base/1', 'base/1/1255', 'base/none', 'empty']);
  for (const name of ['VERSION', 'base/1/1255', 'base/none'])
    expect(await readFile(join(copy, name), 'utf8')).toBe(contentOf(name));
  for (const name of ['.', ...names]) expect((await stat(join(copy, name))).mode & 0o077).toBe(0);
});

test.each<[string, (template: string) => Promise<void>]>([
  ['a file is missing', (whole) => rm(join(whole, 'database', 'VERSION'))],
  ['a folder is missing', (whole) => rm(join(whole, 'database', 'base'), { recursive: true })],
  ['a file is cut off', (whole) => truncate(join(whole, 'database', 'VERSION'), 3)],
  ['the list is missing', (whole) => rm(join(whole, 'files.json'))],
  ['the list is half written', (whole) => writeFile(join(whole, 'files.json'), '[{"name":"base"')],
])('where %s nothing counts as a copy', async (_what, damage) => {
  keepTemplate(template, data);
  await damage(template);
  expect(() => copyTemplate(template, join(folder, 'copy'), undefined)).toThrow();
});

test('of two that keep the same, the first stays, and the second leaves nothing', async () => {
  keepTemplate(template, data);
  const { ino } = await stat(template);
  keepTemplate(template, data);
  expect((await stat(template)).ino).toBe(ino);
  expect(await readdir(join(folder, 'kept'))).toHaveLength(1);
});

test('what a killed keeper left goes after an hour, another template after a month, and nothing else', async () => {
  const hourMs = 3_600_000;
  const agesMs = {
    ...{ 'old.unfinished': 1.1 * hourMs, 'young.unfinished': 0.9 * hourMs },
    ...{ 'database-old': 31 * 24 * hourMs, 'database-young': 29 * 24 * hourMs, foreign: 400 * 24 * hourMs },
  };
  for (const [name, ageMs] of Object.entries(agesMs)) {
    await mkdir(join(folder, 'kept', name));
    await utimes(join(folder, 'kept', name), new Date(), new Date(Date.now() - ageMs));
  }
  keepTemplate(template, data);
  expect((await readdir(join(folder, 'kept'))).sort()).toEqual(
    [basename(template), 'database-young', 'foreign', 'young.unfinished'].sort(),
  );
});

test('another engine, and other words for it, are other templates', () => {
  const places = [
    template,
    templateIn(join(folder, 'kept'), '19', ['--auth']),
    templateIn(join(folder, 'kept'), '18', []),
  ];
  expect(new Set(places).size).toBe(3);
});

test.each([
  [0o700, true],
  [0o755, true],
  [0o720, false],
  [0o702, false],
])('a folder of mode %s may be trusted: %s', async (mode, expected) => {
  const shared = join(folder, 'shared');
  await mkdir(shared);
  await chmod(shared, mode);
  expect(mayTrust(shared)).toBe(expected);
});
