import { once } from 'node:events';
import { request } from 'node:http';
import type { LocalStack } from '../src/index.js';
import { jsonReply, manage, query, start } from './stack-client.js';

let stack: LocalStack;
beforeAll(async () => void (stack = await start()), 60_000);
afterAll(() => stack?.stop());

describe('who may ask', () => {
  test.each([
    ['no token', {}],
    ['a wrong token', { authorization: 'Bearer sbp_wrong' }],
  ])('%s is refused', async (_name, headers) => {
    const reply = await fetch(`${stack.managementUrl}/v1/projects/${stack.projectRef}/storage/buckets`, { headers });
    expect(await jsonReply(reply)).toEqual({ status: 401, body: { message: 'Unauthorized' } });
  });

  test('a project of another name is not found', async () => {
    const reply = await fetch(`${stack.managementUrl}/v1/projects/other/storage/buckets`, {
      headers: { authorization: `Bearer ${stack.accessToken}` },
    });
    expect(await jsonReply(reply)).toEqual({ status: 404, body: { message: 'Project not found' } });
  });

  test.each(['/functions', '/secrets', '/network-bans'])('%s says that it is not served', async (path) => {
    const { status, body } = await manage(stack, 'GET', path);
    expect(status).toBe(404);
    expect(body).toEqual({ message: expect.stringContaining('does not serve this endpoint') });
  });
});

test.each(['/v1/projects/x/database/query', '/rest/v1/rpc/x'])(
  '%s refuses a huge body before it is sent',
  async (path) => {
    const headers = { authorization: `Bearer ${stack.accessToken}`, 'content-length': 65 * 1024 * 1024 };
    const sending = request(`${stack.url}${path}`, { method: 'POST', headers });
    sending.flushHeaders();
    const [response] = await once(sending, 'response');
    expect(response.statusCode).toBe(413);
    sending.destroy();
  },
);

describe('running SQL', () => {
  test.each([
    [
      'the rows of the last statement that gave any',
      `select 1 as a; select 2 as b; select 3 as c where false`,
      [{ b: 2 }],
    ],
    ['nothing when no statement gave any', 'create table nothing_given (id int)', []],
    [
      'whole numbers as far as they are exact',
      'select 9007199254740991 as safe, 9007199254740993 as not_safe',
      [{ safe: 9007199254740991, not_safe: '9007199254740993' }],
    ],
    [
      'times as PostgreSQL writes them',
      `select '2030-01-02'::date as d, '2030-01-02 03:04:05'::timestamp as t, '2030-01-02 03:04:05Z'::timestamptz as z, '1 day'::interval as i, array['2030-01-02'::date] as l`,
      [{ d: '2030-01-02', t: '2030-01-02 03:04:05', z: '2030-01-02 03:04:05+00', i: '1 day', l: ['2030-01-02'] }],
    ],
    [
      'as a role that is no superuser',
      `select current_user::text as who, current_setting('is_superuser') as super`,
      [{ who: 'postgres', super: 'off' }],
    ],
  ])('gives %s', async (_name, text, rows) => {
    expect(await query(stack, text)).toEqual({ status: 201, body: rows });
  });

  test('binds parameters', async () => {
    expect(await query(stack, 'select $1::text as a, $2::int as b', { parameters: ["it's", 2] })).toEqual({
      status: 201,
      body: [{ a: "it's", b: 2 }],
    });
  });

  test('an error names the SQLSTATE and points at the place', async () => {
    expect(await query(stack, "select 'é😀' as a,\n  * from nowhere")).toEqual({
      status: 400,
      body: {
        message: [
          'Failed to run sql query: ERROR:  42P01: relation "nowhere" does not exist',
          'LINE 2:   * from nowhere',
          '                 ^',
        ].join('\n'),
      },
    });
  });

  test.each([
    ['an empty text', { query: ' ' }],
    ['no text', {}],
    ['parameters that are no list', { query: 'select 1', parameters: 'x' }],
    ['a read_only that is neither true nor false', { query: 'select 1', read_only: 'yes' }],
  ])('%s is refused', async (_name, body) => {
    expect(await manage(stack, 'POST', '/database/query', body)).toEqual({
      status: 400,
      body: { message: expect.any(String) },
    });
  });

  test('several statements are one transaction', async () => {
    await query(stack, 'create table kept_together (id int)');
    expect((await query(stack, 'insert into kept_together values (1); select 1 / 0')).status).toBe(400);
    expect((await query(stack, 'select * from kept_together')).body).toEqual([]);
  });

  test.each([
    [
      'an open transaction',
      'begin; create table half_done (id int)',
      `select to_regclass('half_done') as left`,
      [{ left: null }],
    ],
    [
      'a setting',
      `set application_name = 'left behind'`,
      `select current_setting('application_name') as left`,
      [{ left: '' }],
    ],
    ['a role', 'set role anon', 'select current_user::text as left', [{ left: 'postgres' }]],
    [
      'a temporary table',
      'create temp table passing (id int)',
      `select to_regclass('pg_temp.passing') as left`,
      [{ left: null }],
    ],
  ])('%s does not reach the next request', async (_name, first, second, rows) => {
    expect((await query(stack, first)).status).toBe(201);
    const answers = await Promise.all(Array.from({ length: 8 }, () => query(stack, second)));
    expect(answers.map(({ body }) => body)).toEqual(answers.map(() => rows));
  });

  test('a caller who leaves does not stop the statement', async () => {
    await query(stack, 'create table finished_alone (id int)');
    const leaving = new AbortController();
    const left = fetch(`${stack.managementUrl}/v1/projects/${stack.projectRef}/database/query`, {
      method: 'POST',
      signal: leaving.signal,
      headers: { authorization: `Bearer ${stack.accessToken}`, 'content-type': 'application/json' },
      body: JSON.stringify({
        query: 'select pg_advisory_lock(7); select pg_sleep(0.3); insert into finished_alone values (1)',
      }),
    });
    while ((await rowsOf(`select 1 from pg_locks where locktype = 'advisory' and objid = 7`)).length === 0);
    leaving.abort();
    await expect(left).rejects.toThrow();
    await query(stack, 'select pg_advisory_lock(7)');
    expect(await rowsOf('select * from finished_alone')).toEqual([{ id: 1 }]);
  });
});

const rowsOf = async (text: string): Promise<readonly unknown[]> => {
  const { body } = await query(stack, text);
  return Array.isArray(body) ? body : [];
};

describe('reading only', () => {
  beforeAll(async () => void (await query(stack, 'create table guarded (id int); insert into guarded values (1)')));

  test('reads every table', async () => {
    expect((await query(stack, 'select * from guarded', { read_only: true })).body).toEqual([{ id: 1 }]);
  });

  test.each([
    ['a plain write', 'insert into guarded values (2)', '25006'],
    [
      'a write in a transaction that says it writes',
      'begin read write; insert into guarded values (2); commit',
      '42501',
    ],
    [
      'a write after the setting was undone',
      'set default_transaction_read_only = off; commit; begin; delete from guarded; commit',
      '42501',
    ],
    ['taking another role', 'set role postgres', '42501'],
    ['a new table', 'begin read write; create table unwanted (id int)', '42501'],
  ])('%s is denied', async (_name, text, sqlState) => {
    const { status, body } = await query(stack, text, { read_only: true });
    expect({ status, body }).toEqual({
      status: 400,
      body: { message: expect.stringContaining(`ERROR:  ${sqlState}:`) },
    });
    expect(await rowsOf('select * from guarded')).toEqual([{ id: 1 }]);
  });
});

describe('migrations', () => {
  const list = async (): Promise<readonly unknown[]> => {
    const { body } = await manage(stack, 'GET', '/database/migrations');
    return Array.isArray(body) ? body : [];
  };
  const apply = (name: string, text: string) => manage(stack, 'POST', '/database/migrations', { name, query: text });

  test('every one is recorded with a version of its own, later than all before', async () => {
    await Promise.all(['a', 'b', 'c'].map((name) => apply(name, `create table made_by_${name} (id int)`)));
    const versions = (await rowsOf('select version from supabase_migrations.schema_migrations order by version')).map(
      (row) => (typeof row === 'object' && row !== null ? Reflect.get(row, 'version') : undefined),
    );
    expect(new Set(versions).size).toBe(3);
    expect(versions.every((version) => /^\d{14}$/.test(String(version)))).toBe(true);
    expect(await list()).toEqual(expect.arrayContaining([expect.objectContaining({ name: 'b' })]));
  });

  test('the applied text is kept', async () => {
    expect((await apply('kept', 'create table kept (id int)')).status).toBe(200);
    expect(await rowsOf(`select statements from supabase_migrations.schema_migrations where name = 'kept'`)).toEqual([
      { statements: ['create table kept (id int)'] },
    ]);
  });

  test('a failed one leaves neither a table nor a record', async () => {
    const before = await list();
    expect(await apply('failed', 'create table unfinished (id int); select 1 / 0')).toEqual({
      status: 400,
      body: { message: expect.stringContaining('ERROR:  22012: division by zero') },
    });
    expect(await list()).toEqual(before);
    expect(await rowsOf(`select to_regclass('unfinished') as made`)).toEqual([{ made: null }]);
  });
});

describe('storage settings', () => {
  test('a change keeps what it does not name', async () => {
    expect((await manage(stack, 'PATCH', '/config/storage', { fileSizeLimit: 1000 })).status).toBe(200);
    const change = { features: { s3Protocol: { enabled: true } } };
    expect((await manage(stack, 'PATCH', '/config/storage', change)).status).toBe(200);
    expect((await manage(stack, 'GET', '/config/storage')).body).toMatchObject({
      fileSizeLimit: 1000,
      features: { imageTransformation: { enabled: false }, s3Protocol: { enabled: true } },
    });
  });

  test.each([
    [{ fileSizeLimit: -1 }],
    [{ fileSizeLimit: '1' }],
    [{ features: { s3Protocol: true } }],
    [{ features: [] }],
  ])('%j is refused and changes nothing', async (change) => {
    const before = await manage(stack, 'GET', '/config/storage');
    expect((await manage(stack, 'PATCH', '/config/storage', change)).status).toBe(400);
    expect(await manage(stack, 'GET', '/config/storage')).toEqual(before);
  });

  test('buckets made by SQL are listed', async () => {
    await query(stack, `insert into storage.buckets (id, name, public) values ('listed', 'listed', true)`);
    expect((await manage(stack, 'GET', '/storage/buckets')).body).toEqual([
      {
        id: 'listed',
        name: 'listed',
        owner: null,
        public: true,
        created_at: expect.any(String),
        updated_at: expect.any(String),
      },
    ]);
  });
});

describe('the project', () => {
  test('is the only one in the list', async () => {
    const reply = await fetch(`${stack.managementUrl}/v1/projects`, {
      headers: { authorization: `Bearer ${stack.accessToken}` },
    });
    const project = await manage(stack, 'GET', '');
    expect(await reply.json()).toEqual([project.body]);
    expect(project.body).toMatchObject({ ref: stack.projectRef, status: 'ACTIVE_HEALTHY' });
  });

  test('shows the service key only to those who ask to see it', async () => {
    const hidden = JSON.stringify((await manage(stack, 'GET', '/api-keys?reveal=false')).body);
    const shown = JSON.stringify((await manage(stack, 'GET', '/api-keys?reveal=true')).body);
    expect([hidden, shown].map((text) => text.includes(stack.serviceRoleKey))).toEqual([false, true]);
    expect(hidden).toContain(stack.anonKey);
  });

  test('has legacy keys', async () => {
    expect((await manage(stack, 'GET', '/api-keys/legacy')).body).toEqual({ enabled: true });
  });
});
