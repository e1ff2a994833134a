import { chmod, mkdtemp, readdir, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import pg from 'pg';
import { branchDatabases, createBranchClient } from './branch-client.js';
import { start } from './stack-client.js';

let dataDirectory: string;
beforeEach(async () => {
  dataDirectory = await mkdtemp(join(tmpdir(), 'hybrid-test-'));
  await chmod(dataDirectory, 0o755);
});
afterEach(() => rm(dataDirectory, { recursive: true, force: true }));

test('a branch survives with its rows, keys and settings, and a run that was cut short is ended', async () => {
  const first = await start({ dataDirectory });
  const api = createBranchClient(first);
  const kept = await api.create('kept');
  await api.statesOf(kept.id);
  await api.query(kept.project_ref, 'create table survived (id int)');
  await api.call('PATCH', `/projects/${kept.project_ref}/config/storage`, { fileSizeLimit: 77 });
  const keys = (await api.call('GET', `/projects/${kept.project_ref}/api-keys?reveal=true`)).body;
  await api.migrate(first.projectRef, 'made', 'create table made (id int)');
  const cut = await api.create('cut');
  await first.stop();

  const second = await start({ dataDirectory });
  const again = createBranchClient(second);
  expect((await again.list()).map(({ id, name }) => [id, name])).toEqual([
    [expect.any(String), 'main'],
    [kept.id, 'kept'],
    [cut.id, 'cut'],
  ]);
  expect((await again.statesOf(cut.id)).at(-1)).toBe('FUNCTIONS_DEPLOYED');
  expect(await again.namesOf(cut.project_ref)).toEqual(['made']);
  expect((await again.query(kept.project_ref, 'select * from survived')).body).toEqual([]);
  expect((await again.call('GET', `/projects/${kept.project_ref}/api-keys?reveal=true`)).body).toEqual(keys);
  expect((await again.call('GET', `/projects/${kept.project_ref}/config/storage`)).body).toMatchObject({
    fileSizeLimit: 77,
  });
  for (const { id } of [kept, cut]) await again.call('DELETE', `/branches/${id}`);
  expect(await branchDatabases(second)).toEqual([]);
  expect(await readdir(join(dataDirectory, 'branches'))).toEqual([second.projectRef]);
  await second.stop();
}, 60_000);

test('on a server of one’s own no database stays behind a temporary stack, not even one that is being made', async () => {
  const server = await start();
  await server.query('create database bare');
  const databaseUrl = server.databaseUrl.replace(/\/postgres$/, '/bare');
  const temporary = await start({ databaseUrl });
  const api = createBranchClient(temporary);
  await api.statesOf((await api.create('made')).id);
  await api.create('unfinished');
  expect(await branchDatabases(server)).not.toEqual([]);
  await temporary.stop();
  expect(await branchDatabases(server)).toEqual([]);

  const lasting = await start({ databaseUrl, dataDirectory });
  const lastingApi = createBranchClient(lasting);
  await lastingApi.statesOf((await lastingApi.create('made')).id);
  await lasting.stop();
  expect(await branchDatabases(server)).toHaveLength(1);
  await server.stop();
}, 60_000);

test('a database whose making was cut off is gone when the stack has stopped', async () => {
  const server = await start();
  await server.query('create database bare');
  const temporary = await start({ databaseUrl: server.databaseUrl.replace(/\/postgres$/, '/bare') });
  const holder = new pg.Client(server.databaseUrl);
  await holder.connect();
  const isAt = async (beginning: string, event = `wait_event_type = 'Lock'`): Promise<boolean> => {
    const text = `select 1 from pg_stat_activity where ${event} and query like '${beginning}%'`;
    return (await server.query(text))._unsafeUnwrap().length > 0;
  };
  // Nobody can copy a template while it is being changed.
  await holder.query('begin; comment on database template0 is null');
  await createBranchClient(temporary).create('unfinished');
  while (!(await isAt('create database'))) continue;
  let isStopped = false;
  const stopped = temporary.stop().finally(() => (isStopped = true));
  while (!isStopped && !(await isAt('select pg_advisory_lock'))) continue;
  await holder.query('rollback');
  await stopped;
  while (await isAt('create database', `state = 'active'`)) continue;
  expect(await branchDatabases(server)).toEqual([]);
  await holder.end();
  await server.stop();
}, 60_000);
