import { access, chmod, mkdir, mkdtemp, readdir, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import pg from 'pg';
import { startLocalStack, type LocalStack } from '../src/index.js';

let folder: string;
let templates: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'hybrid-test-'));
  await chmod(folder, 0o755);
  templates = join(folder, 'templates');
});
afterEach(() => rm(folder, { recursive: true, force: true }));

/** A stack that keeps its database here, and what it told that others do not. */
async function start(templatesDirectory = templates) {
  const told: string[] = [];
  const onProgress = (line: string): void => void told.push(line);
  const stack = (await startLocalStack({ templatesDirectory, onProgress }))._unsafeUnwrap();
  return { stack, told: told.filter((line) => !/^(creating|preparing) the database$/.test(line)) };
}

const valuesOf = async ({ query }: LocalStack, text: string) =>
  (await query(text))._unsafeUnwrap().flatMap((row) => Object.values(row));

const theTemplate = async (): Promise<string> => {
  const [name = '', ...more] = await readdir(templates);
  expect(more).toEqual([]);
  return join(templates, name);
};

const refusesPasswordOf = async (own: LocalStack, other: LocalStack): Promise<void> => {
  const address = new URL(own.databaseUrl);
  address.password = new URL(other.databaseUrl).password;
  await expect(new pg.Client({ connectionString: address.href }).connect()).rejects.toMatchObject({ code: '28P01' });
};

test('of two at once one is kept; the next has a copy: empty, whole, with a password of its own', async () => {
  const [first, other] = await Promise.all([start(), start()]);
  await other.stack.stop();
  await valuesOf(first.stack, 'create table only_here ()');
  const { ino } = await stat(await theTemplate());
  const next = await start();
  expect([first.told, other.told, next.told]).toEqual([[], [], []]);
  expect((await stat(await theTemplate())).ino).toBe(ino);
  expect(await valuesOf(next.stack, "select to_regclass('only_here')")).toEqual([null]);
  expect(await valuesOf(next.stack, 'select bool_and(pg_relation_size(oid) >= 0) from pg_class')).toEqual([true]);
  await refusesPasswordOf(first.stack, next.stack);
  await refusesPasswordOf(next.stack, first.stack);
  await Promise.all([first.stack.stop(), next.stack.stop()]);
}, 60_000);

test('a kept database that no server can open is made anew, and that is told', async () => {
  await (await start()).stack.stop();
  const template = await theTemplate();
  await writeFile(join(template, 'database', 'global', 'pg_control'), Buffer.alloc(8192));
  const { stack, told } = await start();
  expect(told).toEqual(['making the kept empty database anew, as it could not be copied (postgres)']);
  expect(await valuesOf(stack, 'select 1')).toEqual([1]);
  await stack.stop();
  const next = await start();
  expect(next.told).toEqual([]);
  await next.stack.stop();
}, 60_000);

test('a folder that others may write to is not believed', async () => {
  await mkdir(templates);
  await chmod(templates, 0o777);
  const { stack, told } = await start();
  expect(told).toEqual([`keeping no empty database, as others may write to ${templates}`]);
  expect(await readdir(templates)).toEqual([]);
  await stack.stop();
}, 60_000);

test('a folder that cannot be made is told, and the stack starts without', async () => {
  await writeFile(templates, 'a file');
  const below = join(templates, 'below');
  const { stack, told } = await start(below);
  expect(told).toEqual([`keeping no empty database in ${below} (ENOTDIR)`]);
  await stack.stop();
}, 60_000);

test('nothing is kept of a data directory', async () => {
  const options = { dataDirectory: join(folder, 'data'), templatesDirectory: templates };
  await (await startLocalStack(options))._unsafeUnwrap().stop();
  await expect(access(templates)).rejects.toMatchObject({ code: 'ENOENT' });
}, 60_000);
