import type { LocalStack } from '../src/index.js';
import { branchDatabases, createBranchClient, type SeenBranch } from './branch-client.js';
import { start } from './stack-client.js';

// A started database takes its time on a busy machine.
jest.setTimeout(60_000);

let stack: LocalStack;
let api: ReturnType<typeof createBranchClient>;

beforeAll(async () => {
  stack = await start();
  api = createBranchClient(stack);
}, 60_000);
afterAll(() => stack?.stop());

/** A branch of this name, ready. */
async function ready(name: string): Promise<SeenBranch> {
  const branch = await api.create(name);
  await api.statesOf(branch.id);
  return branch;
}

test('before the first one the list is empty, then the default one is in it', async () => {
  expect(await api.list()).toEqual([]);
  await ready('first');
  expect((await api.list()).map(({ name, is_default }) => [name, is_default])).toEqual([
    ['main', true],
    ['first', false],
  ]);
  expect((await api.list())[0]).toMatchObject({ project_ref: stack.projectRef, status: 'FUNCTIONS_DEPLOYED' });
});

test('a new one goes through the platform’s states and has the parent’s migrations, not its rows', async () => {
  await api.migrate(stack.projectRef, 'notes', 'create table notes (id int)');
  await api.query(stack.projectRef, 'insert into notes values (1)');
  const branch = await api.create('fresh');
  expect(await api.statesOf(branch.id)).toEqual([
    'CREATING_PROJECT',
    'RUNNING_MIGRATIONS',
    'MIGRATIONS_PASSED',
    'FUNCTIONS_DEPLOYED',
  ]);
  expect(await api.migrations(branch.project_ref)).toEqual(await api.migrations(stack.projectRef));
  expect(await api.query(branch.project_ref, 'select * from notes')).toEqual({ status: 201, body: [] });
  expect((await api.call('GET', `/projects/${branch.project_ref}`)).body).toMatchObject({
    ref: branch.project_ref,
    organization_id: 'local',
    status: 'ACTIVE_HEALTHY',
  });
});

test('what happens on one stays there', async () => {
  const branch = await ready('apart');
  await api.query(
    branch.project_ref,
    `create table here_only (id int); insert into storage.buckets (id, name) values ('b', 'b')`,
  );
  await api.call('PATCH', `/projects/${branch.project_ref}/config/storage`, { fileSizeLimit: 77 });
  expect((await api.query(stack.projectRef, `select to_regclass('here_only') as it`)).body).toEqual([{ it: null }]);
  expect((await api.call('GET', `/projects/${branch.project_ref}/storage/buckets`)).body).toHaveLength(1);
  expect((await api.call('GET', `/projects/${stack.projectRef}/storage/buckets`)).body).toEqual([]);
  expect((await api.call('GET', `/projects/${stack.projectRef}/config/storage`)).body).not.toMatchObject({
    fileSizeLimit: 77,
  });
});

test('a branch has keys of its own', async () => {
  const branch = await ready('keyed');
  const keysOf = async (ref: string) =>
    JSON.stringify((await api.call('GET', `/projects/${ref}/api-keys?reveal=true`)).body);
  const own = await keysOf(branch.project_ref);
  expect([stack.anonKey, stack.serviceRoleKey].some((key) => own.includes(key))).toBe(false);
  expect(own).toMatch(/"api_key":"ey/);
});

test('a merge brings the parent what it lacked, and the default branch shows it', async () => {
  const branch = await ready('merged');
  await api.migrate(branch.project_ref, 'from_branch', 'create table from_branch (id int)');
  const [main] = await api.list();
  expect(await api.call('POST', `/branches/${branch.id}/merge`, {})).toEqual({
    status: 201,
    body: { workflow_run_id: expect.any(String), message: 'ok' },
  });
  expect(await api.statesOf(main?.id ?? '')).toContain('RUNNING_MIGRATIONS');
  expect((await api.seen(main?.id ?? '')).updated_at > (main?.updated_at ?? '')).toBe(true);
  expect(await api.migrations(stack.projectRef)).toEqual(await api.migrations(branch.project_ref));
  expect((await api.query(stack.projectRef, 'select * from from_branch')).status).toBe(201);
});

test('a rebase brings the branch what the parent has since got', async () => {
  const branch = await ready('rebased');
  await api.migrate(branch.project_ref, 'own', 'create table own_table (id int)');
  await api.query(branch.project_ref, 'insert into own_table values (1)');
  await api.migrate(stack.projectRef, 'newer', 'create table newer (id int)');
  expect((await api.call('POST', `/branches/${branch.id}/push`, {})).status).toBe(201);
  await api.statesOf(branch.id);
  expect(await api.namesOf(branch.project_ref)).toEqual(expect.arrayContaining(['own', 'newer']));
  expect((await api.query(branch.project_ref, 'select * from newer, own_table')).status).toBe(201);
  expect(await api.namesOf(stack.projectRef)).not.toContain('own');
});

test.each([
  ['to its last migration', 'reset', undefined, ['one', 'two']],
  ['to the named one', 'rewound', 0, ['one']],
])('a reset goes back %s and forgets rows and untracked tables', async (_where, name, upTo, kept) => {
  const branch = await ready(name);
  const inherited = await api.namesOf(branch.project_ref);
  await api.migrate(branch.project_ref, 'one', 'create table one (id int)');
  await api.migrate(branch.project_ref, 'two', 'create table two (id int)');
  await api.query(branch.project_ref, 'insert into one values (1); create table untracked (id int)');
  const own = (await api.migrations(branch.project_ref)).slice(inherited.length);
  const version = upTo === undefined ? {} : { migration_version: own[upTo]?.version };
  expect((await api.call('POST', `/branches/${branch.id}/reset`, version)).status).toBe(201);
  expect(await api.statesOf(branch.id)).toContain('CREATING_PROJECT');
  expect(await api.namesOf(branch.project_ref)).toEqual([...inherited, ...kept]);
  expect(
    (await api.query(branch.project_ref, `select (select count(*) from one) as rows, to_regclass('untracked') as it`))
      .body,
  ).toEqual([{ rows: 0, it: null }]);
});

test('a migration that fails on the parent ends in MIGRATIONS_FAILED and leaves nothing half done', async () => {
  const branch = await ready('unfit');
  await api.query(branch.project_ref, 'create table untracked (id int)');
  await api.migrate(
    branch.project_ref,
    'unfit',
    'create table unfit (id int); alter table untracked add column name text',
  );
  const before = await api.migrations(stack.projectRef);
  const [main] = await api.list();
  await api.call('POST', `/branches/${branch.id}/merge`, {});
  expect((await api.statesOf(main?.id ?? '')).at(-1)).toBe('MIGRATIONS_FAILED');
  expect(await api.migrations(stack.projectRef)).toEqual(before);
  expect((await api.query(stack.projectRef, `select to_regclass('unfit') as it`)).body).toEqual([{ it: null }]);
  // A later merge that fits ends the failure.
  const other = await ready('fit');
  await api.call('POST', `/branches/${other.id}/merge`, {});
  expect((await api.statesOf(main?.id ?? '')).at(-1)).toBe('FUNCTIONS_DEPLOYED');
});

test('many at once are all made, each with a database of its own', async () => {
  const made = await Promise.all(['p', 'q', 'r', 's'].map(ready));
  expect((await Promise.all(made.map(({ id }) => api.seen(id)))).map(({ status }) => status)).toEqual(
    made.map(() => 'FUNCTIONS_DEPLOYED'),
  );
  expect(new Set(made.map(({ project_ref }) => project_ref)).size).toBe(4);
});

test('a name is taken once, even by two who ask at the same time', async () => {
  const ask = () => api.call('POST', `/projects/${stack.projectRef}/branches`, { branch_name: 'twin' });
  expect((await Promise.all([ask(), ask()])).map(({ status }) => status).sort()).toEqual([201, 409]);
});

test('a deleted one leaves the list, its project and its database at once, even in the middle of a statement', async () => {
  await api.migrate(
    stack.projectRef,
    'slow',
    `select pg_sleep(case when current_database() like 'hybrid_branch_%' then 600 else 0 end)`,
  );
  const branch = await api.create('deleted');
  const database = `hybrid_branch_${branch.project_ref}`;
  while ((await api.seen(branch.id)).status !== 'RUNNING_MIGRATIONS');
  expect(await branchDatabases(stack)).toContain(database);
  expect(await api.call('DELETE', `/branches/${branch.id}`)).toEqual({ status: 200, body: { message: 'ok' } });
  expect(await branchDatabases(stack)).not.toContain(database);
  expect((await api.list()).map(({ id }) => id)).not.toContain(branch.id);
  expect((await api.query(branch.project_ref, 'select 1')).status).toBe(404);
  await api.query(stack.projectRef, `delete from supabase_migrations.schema_migrations where name = 'slow'`);
});

describe('refused, and nothing changed', () => {
  const missing = '00000000-0000-4000-8000-000000000000';
  test.each([
    ['an unknown branch', 'POST', () => `/branches/${missing}/merge`, 404],
    ['an unknown branch to delete', 'DELETE', () => `/branches/${missing}`, 404],
    ['an unknown branch to look at', 'GET', () => `/branches/${missing}`, 404],
    ['the default branch to merge', 'POST', () => `/branches/${stack.projectRef}/merge`, 422],
    ['the default branch to delete', 'DELETE', () => `/branches/${stack.projectRef}`, 422],
    ['a version that the branch lacks', 'POST', (ref: string) => `/branches/${ref}/reset`, 404],
  ])('%s', async (_what, method, path, status) => {
    const before = await api.list();
    const branch = before.find(({ name }) => name === 'first');
    const body = method === 'POST' ? { migration_version: '1' } : undefined;
    expect(await api.call(method, path(branch?.project_ref ?? ''), body)).toEqual({
      status,
      body: { message: expect.any(String) },
    });
    expect(await api.list()).toEqual(before);
  });

  test.each([
    [{}, 400],
    [{ branch_name: ' ' }, 400],
    [{ branch_name: 'main' }, 409],
    [{ branch_name: 'first' }, 409],
  ])('a new one by %j', async (body, status) => {
    const before = await api.list();
    expect((await api.call('POST', `/projects/${stack.projectRef}/branches`, body)).status).toBe(status);
    expect(await api.list()).toEqual(before);
  });

  test('whoever has no token', async () => {
    const [, branch] = await api.list();
    const reply = await fetch(`${stack.managementUrl}/v1/branches/${branch?.id}`, { method: 'DELETE' });
    expect(reply.status).toBe(401);
  });
});
