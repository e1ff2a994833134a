import { existsSync } from 'node:fs';
import { chmod, mkdtemp, readdir, rm, stat, writeFile } from 'node:fs/promises';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import pg from 'pg';
import { startLocalStack, type LocalStack } from '../src/index.js';
import { query, start } from './stack-client.js';
import { kill, processesOf, runningProcesses, startInChild, until } from './stack-process.js';

const folders: string[] = [];
async function newFolder(): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), 'hybrid-test-'));
  await chmod(folder, 0o755);
  folders.push(folder);
  return folder;
}
afterEach(async () => {
  for (const folder of folders.splice(0)) await rm(folder, { recursive: true, force: true });
});

const dataDirectoryOf = async (databaseUrl: string): Promise<string> => {
  const client = new pg.Client({ connectionString: databaseUrl });
  await client.connect();
  const { rows } = await client.query<{ data_directory: string }>('show data_directory');
  await client.end();
  return rows[0]?.data_directory ?? '';
};
const answers = (url: string): Promise<boolean> =>
  fetch(url).then(
    () => true,
    () => false,
  );
const secretsOf = ({ jwtSecret, serviceRoleKey, accessToken }: LocalStack) => [jwtSecret, serviceRoleKey, accessToken];

test('stop ends listener, database and keeper, and removes the temporary folder', async () => {
  const stack = await start();
  const data = await dataDirectoryOf(stack.databaseUrl);
  expect(await processesOf(data)).not.toEqual([]);
  await stack.stop();
  await stack.stop();
  expect(await answers(stack.url)).toBe(false);
  expect(await processesOf(data)).toEqual([]);
  expect(existsSync(dirname(data))).toBe(false);
}, 60_000);

test('stop does not wait for a statement that runs', async () => {
  const stack = await start();
  const running = query(stack, 'select pg_advisory_lock(1); select pg_sleep(600)').catch(() => 'cut');
  const client = new pg.Client({ connectionString: stack.databaseUrl });
  await client.connect();
  await until(async () => (await client.query(`select from pg_locks where locktype = 'advisory'`)).rowCount === 1);
  await client.end();
  await stack.stop();
  expect(await running).toBe('cut');
}, 60_000);

describe('a data directory', () => {
  test('keeps rows, objects, settings and keys, and its secrets to itself', async () => {
    const dataDirectory = join(await newFolder(), 'made', 'by', 'the', 'stack');
    const first = await start({ dataDirectory });
    await query(
      first,
      `create table kept (id int); insert into kept values (1); insert into storage.buckets (id, name) values ('b', 'b')`,
    );
    const storage = (stack: LocalStack, init: RequestInit) =>
      fetch(`${stack.url}/storage/v1/object/b/a.txt`, {
        ...init,
        headers: { authorization: `Bearer ${stack.serviceRoleKey}` },
      });
    expect((await storage(first, { method: 'POST', body: 'bytes' })).status).toBe(200);
    await first.stop();
    const second = await start({ dataDirectory });
    expect(secretsOf(second)).toEqual(secretsOf(first));
    expect((await query(second, 'select * from kept')).body).toEqual([{ id: 1 }]);
    expect(await (await storage(second, {})).text()).toBe('bytes');
    await second.stop();
    expect((await stat(join(dataDirectory, 'keys.json'))).mode & 0o777).toBe(0o600);
    expect(await readdir(dataDirectory)).toEqual(['database', 'keys.json', 'objects']);
  }, 60_000);

  test('is refused to a second stack, which names the process that has it', async () => {
    const dataDirectory = await newFolder();
    const stack = await start({ dataDirectory });
    const second = await startLocalStack({ dataDirectory });
    const inChild = await startInChild(dataDirectory);
    expect(second._unsafeUnwrapErr()).toMatchObject({
      kind: 'directory-in-use',
      message: expect.stringContaining(String(process.pid)),
    });
    expect(inChild.told).toMatchObject({ kind: 'directory-in-use' });
    expect((await query(stack, 'select 1 as alive')).body).toEqual([{ alive: 1 }]);
    await stack.stop();
  }, 60_000);

  test('made by a killed process is taken over with every committed row', async () => {
    const dataDirectory = await newFolder();
    const { child, told } = await startInChild(dataDirectory);
    const client = new pg.Client({ connectionString: String(told['databaseUrl']) });
    client.on('error', () => undefined);
    await client.connect();
    await client.query('create table committed (id int); insert into committed values (1)');
    await kill(child);
    const stack = await start({ dataDirectory });
    await client.end();
    expect((await query(stack, 'select * from committed')).body).toEqual([{ id: 1 }]);
    expect(stack.serviceRoleKey).toBe(told['serviceRoleKey']);
    await stack.stop();
    expect(await processesOf(dataDirectory)).toEqual([]);
  }, 60_000);

  test('is taken over even when keeper and parent were killed at the same time', async () => {
    const dataDirectory = await newFolder();
    const { child } = await startInChild(dataDirectory);
    const keepers = await childrenOf(child.pid ?? 0);
    expect(keepers).toHaveLength(1);
    for (const pid of keepers) process.kill(pid, 'SIGSTOP');
    await kill(child);
    for (const pid of keepers) process.kill(pid, 'SIGKILL');
    const orphans = await processesOf(dataDirectory);
    expect(orphans).not.toEqual([]);
    const stack = await start({ dataDirectory });
    expect((await query(stack, 'select 1 as alive')).body).toEqual([{ alive: 1 }]);
    await stack.stop();
    expect(await processesOf(dataDirectory)).toEqual([]);
  }, 60_000);
});

/** Keepers whose parent is this process. */
async function childrenOf(parent: number): Promise<readonly number[]> {
  const found = (await runningProcesses()).filter((one) => one.parent === parent && one.command.includes('keeper.cjs'));
  return found.map(({ pid }) => pid);
}

describe('no database outlives its parent', () => {
  test('one that is killed', async () => {
    const { child, told } = await startInChild();
    const data = await dataDirectoryOf(String(told['databaseUrl']));
    await kill(child);
    await until(async () => (await processesOf(data)).length === 0 && !existsSync(dirname(data)));
    expect(existsSync(dirname(data))).toBe(false);
  }, 60_000);

  test('nor a keeper that is killed', async () => {
    const stack = await start();
    const data = await dataDirectoryOf(stack.databaseUrl);
    for (const pid of await childrenOf(process.pid)) process.kill(pid, 'SIGKILL');
    await until(async () => (await processesOf(data)).length === 0);
    expect((await query(stack, 'select 1')).status).toBe(500);
    await stack.stop();
    expect(existsSync(dirname(data))).toBe(false);
  }, 60_000);
});

describe('a start that cannot succeed says why and leaves nothing running', () => {
  test('a taken port', async () => {
    const other = createServer().listen(0, '127.0.0.1');
    await new Promise((resolve) => other.once('listening', resolve));
    const address = other.address();
    const port = typeof address === 'object' && address !== null ? address.port : 0;
    const dataDirectory = await newFolder();
    const refused = await startLocalStack({ port, dataDirectory });
    expect(refused._unsafeUnwrapErr()).toMatchObject({ kind: 'port-unavailable', message: 'The port is taken.' });
    expect(await readdir(dataDirectory)).toEqual([]);
    await new Promise((resolve) => other.close(resolve));
  });

  test('a file where the directory should be', async () => {
    const dataDirectory = join(await newFolder(), 'file');
    await writeFile(dataDirectory, '');
    for (const path of [dataDirectory, join(dataDirectory, 'below')])
      expect((await startLocalStack({ dataDirectory: path }))._unsafeUnwrapErr()).toMatchObject({
        kind: 'directory-unusable',
      });
  });

  test('a directory that was made by another version of the database', async () => {
    const dataDirectory = await newFolder();
    await (await start({ dataDirectory })).stop();
    await writeFile(join(dataDirectory, 'database', 'PG_VERSION'), '9.6\n');
    const refused = await startLocalStack({ dataDirectory });
    expect(refused._unsafeUnwrapErr()).toMatchObject({
      kind: 'engine-failed',
      message: expect.stringContaining('another version'),
    });
    expect(await processesOf(dataDirectory)).toEqual([]);
    expect(await readdir(dataDirectory)).not.toContain('stack.lock');
  }, 60_000);

  test('a database that does not answer', async () => {
    const refused = await startLocalStack({ databaseUrl: 'postgres://user:hidden@127.0.0.1:1/postgres' });
    expect(refused._unsafeUnwrapErr().kind).toBe('database-unreachable');
    expect(JSON.stringify(refused._unsafeUnwrapErr())).not.toContain('hidden');
  });
});

describe('a server of one’s own', () => {
  test('is prepared once, used, and never stopped', async () => {
    const server = await start();
    const client = new pg.Client({ connectionString: server.databaseUrl });
    await client.connect();
    await client.query('create database bare');
    const databaseUrl = server.databaseUrl.replace(/\/postgres$/, '/bare');
    const first = await start({ databaseUrl });
    expect((await query(first, 'create table mine (id int); insert into mine values (1) returning id')).body).toEqual([
      { id: 1 },
    ]);
    await first.stop();
    const second = await start({ databaseUrl });
    expect((await query(second, 'select * from mine')).body).toEqual([{ id: 1 }]);
    await second.stop();
    expect((await client.query('select 1 as alive')).rows).toEqual([{ alive: 1 }]);
    await client.end();
    await server.stop();
  }, 60_000);

  test('is left alone when it has a storage schema of another origin, or no superuser logs in', async () => {
    const server = await start();
    const client = new pg.Client({ connectionString: server.databaseUrl });
    await client.connect();
    await client.query('create database foreign_one');
    await client.query(`create role plain login password 'plain'`);
    const databaseUrl = server.databaseUrl.replace(/\/postgres$/, '/foreign_one');
    const other = new pg.Client({ connectionString: databaseUrl });
    await other.connect();
    await other.query('create schema storage');
    await other.end();
    const plain = new URL(databaseUrl);
    plain.username = plain.password = 'plain';
    for (const url of [databaseUrl, plain.href])
      expect((await startLocalStack({ databaseUrl: url }))._unsafeUnwrapErr().kind).toBe('database-unsuitable');
    plain.password = 'wrong';
    expect((await startLocalStack({ databaseUrl: plain.href }))._unsafeUnwrapErr()).toMatchObject({
      kind: 'database-unreachable',
      message: 'The database refuses the login.',
    });
    await client.end();
    await server.stop();
  }, 60_000);
});

test.each([
  [{ port: 70_000 }, 'port'],
  [{ dataDirectory: '' }, 'dataDirectory'],
  [{ databaseUrl: 'mysql://x' }, 'databaseUrl'],
  [{ resumableExpiryMs: 0 }, 'resumableExpiryMs'],
  [{ resumableExpiryMs: 1.5 }, 'resumableExpiryMs'],
  [{ templatesDirectory: 'relative' }, 'templatesDirectory'],
])('wrong options are told at once: %j', async (options, name) => {
  await expect(startLocalStack(options)).rejects.toThrow(name);
});

test('slow steps are told', async () => {
  const lines: string[] = [];
  const stack = await start({ templatesDirectory: false, onProgress: (line) => void lines.push(line) });
  await stack.stop();
  expect(lines).toEqual(['creating the database', 'preparing the database']);
}, 60_000);
