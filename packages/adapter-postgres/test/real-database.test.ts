import { randomUUID } from 'node:crypto';
import { once } from 'node:events';
import { createServer } from 'node:net';
import { createTestCall, type TestCallOptions } from '@hybrid-supabase/contract-tests';
import type { Layer } from '@hybrid-supabase/core';
import { digestOf } from '@hybrid-supabase/sql';
import pg from 'pg';
import { createPostgresLayer, type ConnectionOptions, type PostgresPorts } from '../src/index.js';
import { startFaultyPostgresProxy, type FaultyPostgresProxy } from './faulty-postgres-proxy.js';
import { startDatabase, type TestDatabase } from './start-database.js';
import { until } from './until.js';

let database: TestDatabase;
let proxy: FaultyPostgresProxy;
let open: Layer<PostgresPorts>[] = [];

beforeAll(async () => void (database = await startDatabase()));
afterAll(() => database.stack.stop());
beforeEach(async () => void (proxy = await startFaultyPostgresProxy(database.target)));
afterEach(async () => {
  await Promise.all(open.map((layer) => layer.close()));
  open = [];
  await proxy.close();
  expect(await sessionsOfLayers()).toBe(0);
});

const openLayer = (options: Omit<ConnectionOptions, 'connectionString'> = {}): Layer<PostgresPorts> => {
  const layer = createPostgresLayer({ connectionString: database.urlAt(proxy.port), ...options });
  open.push(layer);
  return layer;
};

const statement = (text: string) => ({ text, values: [] });
const read = async (layer: Layer<PostgresPorts>, text: string, options: TestCallOptions = {}) =>
  layer.ports.sql.read(statement(text), createTestCall(options));

const countOf = async (text: string): Promise<number> => Number((await database.query(text))[0]?.['count']);
const active = (mark: string) =>
  countOf(
    `select count(*) from pg_stat_activity where state = 'active' and query like '%${mark}%' and pid <> pg_backend_pid()`,
  );
const sessionsOfLayers = async (): Promise<number> => {
  const sessions = () => countOf(`select count(*) from pg_stat_activity where usename = 'direct_login'`);
  await until(async () => (await sessions()) === 0);
  return sessions();
};

test.each<[string, readonly string[], number | undefined]>([
  ["select 'é😀', absent", [], 14],
  ["select $1::text, 'a\\b', absent", ["it's \\ 😀"], 24],
  ['select $1::int4 + 1', ['no number'], 7],
  ['select 1 / (n - n) from generate_series(1, 1) n', [], undefined],
])('an error of the server has its place in the text of the caller: %s', async (text, values, position) => {
  const layer = openLayer();
  const calls = [createTestCall(), createTestCall({ traceparent: `00-${'a'.repeat(32)}-${'b'.repeat(16)}-01` })];
  for (const call of calls) {
    const error = (await layer.ports.sql.read({ text, values }, call))._unsafeUnwrapErr();
    expect(error.position).toBe(position);
  }
});

describe('cancelling', () => {
  test.each(['abort', 'expire'] as const)(
    '%s ends the statement on the server, and the caller waits for nothing',
    async (stop) => {
      const layer = openLayer();
      const call = createTestCall();
      const mark = `mark-${randomUUID()}`;
      const answer = layer.ports.sql.read(statement(`select pg_sleep(60), '${mark}' as mark`), call);
      await until(async () => (await active(mark)) === 1);
      const startedMs = performance.now();
      call[stop]();
      const error = (await answer)._unsafeUnwrapErr();
      expect(performance.now() - startedMs).toBeLessThan(500);
      expect(error).toMatchObject({ kind: stop === 'abort' ? 'cancelled' : 'timed-out', effect: 'unknown' });
      await until(async () => (await active(mark)) === 0);
      expect(await active(mark)).toBe(0);
      expect(proxy.cancels()).toBe(1);
    },
  );

  test('hits no other statement: many are cancelled while others run on the same few connections', async () => {
    const layer = openLayer({ maxConnections: 4 });
    const rounds = Array.from({ length: 24 }, async (_, at) => {
      const call = createTestCall();
      const answer = layer.ports.sql.read(statement(`select pg_sleep(0.02), ${at} as at`), call);
      if (at % 3 === 0) setTimeout(call.abort, 30);
      return { at, cancelled: at % 3 === 0, result: await answer };
    });
    const others = (await Promise.all(rounds)).filter(({ cancelled }) => !cancelled);
    expect(others.map(({ result }) => result.isOk())).toEqual(others.map(() => true));
    expect(proxy.connections().most).toBeLessThanOrEqual(4 + proxy.cancels());
  });

  test('the connection of a cancelled statement serves no other', async () => {
    const layer = openLayer({ maxConnections: 1 });
    const pid = async (): Promise<unknown> =>
      (await read(layer, 'select pg_backend_pid() as pid'))._unsafeUnwrap().rows[0]?.['pid'];
    const before = await pid();
    const call = createTestCall();
    const answer = layer.ports.sql.read(statement('select pg_sleep(60)'), call);
    await until(() => proxy.requests() === 2);
    call.abort();
    await answer;
    expect(await pid()).not.toBe(before);
  });

  test('a server that does not react costs the connection after the limit, not the caller', async () => {
    const layer = openLayer({ maxConnections: 1, cancelTimeoutMs: 50 });
    await proxy.break('hangs');
    const call = createTestCall();
    const answer = read(layer, 'select 1', { signal: call.signal });
    await until(() => proxy.requests() === 1);
    call.abort();
    await answer;
    await proxy.heal();
    expect((await read(layer, 'select 1 as one')).isOk()).toBe(true);
  });
});

describe('time limits', () => {
  test('the server itself ends what takes longer than the call has, though nobody says stop', async () => {
    const error = (await read(openLayer(), 'select pg_sleep(60)', { timeoutMs: 300 }))._unsafeUnwrapErr();
    expect(error).toMatchObject({ kind: 'timed-out', effect: 'none', sqlState: '57014' });
    expect(proxy.cancels()).toBe(0);
  });

  test('waiting for a connection counts', async () => {
    const layer = openLayer({ maxConnections: 1 });
    const first = read(layer, 'select pg_sleep(0.4)');
    const second = await read(layer, `select current_setting('statement_timeout') as left`, { timeoutMs: 5_000 });
    const left = String(second._unsafeUnwrap().rows[0]?.['left']);
    expect(Number(left.replace('ms', ''))).toBeLessThan(4_700);
    expect((await first).isOk()).toBe(true);
  });

  test('a caller that gives up while it waits for a connection has sent nothing, and its connection goes to the next', async () => {
    const layer = openLayer({ maxConnections: 1 });
    const first = read(layer, 'select pg_sleep(0.3)');
    const call = createTestCall();
    const second = layer.ports.sql.read(statement('select 2'), call);
    await until(() => proxy.requests() === 1);
    call.abort();
    expect((await second)._unsafeUnwrapErr()).toMatchObject({ kind: 'cancelled', effect: 'none' });
    expect((await read(layer, 'select 3 as three')).isOk()).toBe(true);
    expect((await first).isOk()).toBe(true);
    expect(proxy.requests()).toBe(2);
  });

  test('no free connection within the limit is an unavailable layer, and nothing was sent', async () => {
    const layer = openLayer({ maxConnections: 1, connectTimeoutMs: 100 });
    const first = read(layer, 'select pg_sleep(0.4)');
    const error = (await read(layer, 'select 1'))._unsafeUnwrapErr();
    expect(error).toMatchObject({ kind: 'unavailable', effect: 'none', code: 'pool-exhausted' });
    await first;
  });
});

describe('connections', () => {
  test('64 reads at once take no more connections than allowed, and leave none in use', async () => {
    const layer = openLayer({ maxConnections: 5 });
    const answers = await Promise.all(Array.from({ length: 64 }, (_, at) => read(layer, `select ${at} as at`)));
    expect(answers.map((answer) => answer._unsafeUnwrap().rows[0]?.['at'])).toEqual(answers.map((_, at) => at));
    expect(proxy.connections().most).toBe(5);
    expect(proxy.requests()).toBe(64);
  });

  test('after a restart of the server calls go on', async () => {
    const layer = openLayer();
    expect((await read(layer, 'select 1')).isOk()).toBe(true);
    await proxy.cut();
    expect((await read(layer, 'select 1')).isOk()).toBe(true);
  });

  test('a dead connection of a given pool is replaced before anything is sent, and the trail says so', async () => {
    const pool = new pg.Pool({ connectionString: database.urlAt(proxy.port), max: 2 });
    pool.on('error', () => undefined);
    const layer = createPostgresLayer({ pool });
    const dead = await pool.connect();
    dead.on('error', () => undefined);
    const live = await pool.connect();
    await dead.end();
    const clients = [dead, live];
    const given = createPostgresLayer({ pool: { connect: async () => clients.shift() ?? pool.connect() } });
    const call = createTestCall();
    expect((await given.ports.sql.read(statement('select 1'), call)).isOk()).toBe(true);
    expect(call.notes).toEqual([
      'A connection of the pool could not be used; another one was taken before anything was sent.',
    ]);
    expect(proxy.requests()).toBe(1);
    await Promise.all([given.close(), layer.close()]);
    expect((await pool.query('select 1 as one')).rows).toEqual([{ one: 1 }]);
    await pool.end();
  });

  test('a write is committed also where somebody gave a connection back inside of a transaction', async () => {
    const pool = new pg.Pool({ connectionString: database.urlAt(proxy.port), max: 1 });
    const left = await pool.connect();
    await left.query('begin');
    left.release();
    const layer = createPostgresLayer({ pool });
    const write = statement('insert into samples values (4711) returning n');
    const { rows } = (await layer.ports.sql.write(write, createTestCall()))._unsafeUnwrap();
    await layer.close();
    await pool.end();
    expect(rows).toEqual([{ n: 4711 }]);
    expect(await countOf('select count(*) from samples where n = 4711')).toBe(1);
  });

  test('close ends what is in use, on the server too', async () => {
    const layer = openLayer();
    const mark = `mark-${randomUUID()}`;
    const answer = read(layer, `select pg_sleep(60), '${mark}' as mark`);
    await until(async () => (await active(mark)) === 1);
    await layer.close();
    expect((await answer)._unsafeUnwrapErr()).toMatchObject({ kind: 'interrupted', effect: 'unknown', code: 'closed' });
    await until(async () => (await active(mark)) === 0);
    expect(await active(mark)).toBe(0);
    expect(proxy.connections().now).toBe(0);
  });

  test('says nothing to the server but its login, plain queries and goodbye, as a transaction pooler wants it', async () => {
    const layer = openLayer();
    const key = { idempotencyKey: randomUUID() };
    const batch = { statements: [statement('insert into samples values (5)')] };
    expect((await layer.ports.sql.batch(batch, createTestCall(key))).isOk()).toBe(true);
    expect((await layer.ports.migrations.apply({ name: 'm', query: 'select 1' }, createTestCall())).isOk()).toBe(true);
    expect((await layer.ports.policies.list({}, createTestCall())).isOk()).toBe(true);
    await layer.close();
    expect([...proxy.types()].sort()).toEqual(['Q', 'X', 'p', 'startup']);
    expect(proxy.requests()).toBe(3);
  });

  test('the trace context of the caller is seen where the server shows its statements, unless it is none', async () => {
    const layer = openLayer();
    const shown = async (traceparent: string): Promise<unknown> => {
      const text = 'select query as it from pg_stat_activity where pid = pg_backend_pid()';
      return (await read(layer, text, { traceparent }))._unsafeUnwrap().rows[0]?.['it'];
    };
    const traceparent = '00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01';
    expect(await shown(traceparent)).toContain(`/*traceparent='${traceparent}'*/`);
    expect(await shown('*/ drop table samples; /*')).not.toContain('drop');
  });

  test('close is quick where the server neither lets in nor says goodbye', async () => {
    const silent = createServer((socket) => void socket.resume()).listen(0, '127.0.0.1');
    await once(silent, 'listening');
    const address = silent.address();
    const layer = createPostgresLayer({
      connectionString: database.urlAt(typeof address === 'object' ? Number(address?.port) : 0),
    });
    const answer = read(layer, 'select 1');
    await once(silent, 'connection');
    const startedMs = performance.now();
    await layer.close();
    expect(performance.now() - startedMs).toBeLessThan(2_000);
    expect((await answer)._unsafeUnwrapErr()).toMatchObject({ kind: 'unavailable', effect: 'none', code: 'closed' });
    await new Promise((resolve) => silent.close(resolve));
  });

  test('is known to the server by name, and keeps nothing prepared', async () => {
    const layer = openLayer({ maxConnections: 1 });
    const { rows } = (
      await read(
        layer,
        `select current_setting('application_name') as name, (select count(*) from pg_prepared_statements) as prepared, current_user::text as who`,
      )
    )._unsafeUnwrap();
    expect(rows).toEqual([{ name: 'hybrid-supabase', prepared: 0n, who: 'postgres' }]);
  });
});

describe('refusals of a connection', () => {
  const errorOf = async (connectionString: string, options: Partial<{ ssl: boolean }> = {}) => {
    const layer = createPostgresLayer({ connectionString, ...options });
    const error = (await read(layer, 'select 1'))._unsafeUnwrapErr();
    await layer.close();
    expect(JSON.stringify({ ...error, cause: String(error.cause) })).not.toContain('secret-word');
    return error;
  };

  test('a wrong password is no right to enter', async () => {
    const url = database.urlAt(proxy.port).replace(/:[^:@]+@/, ':secret-word@');
    expect(await errorOf(url)).toMatchObject({ kind: 'unauthorized', effect: 'none', sqlState: '28P01' });
  });

  test('an unknown database is an unavailable layer', async () => {
    expect(await errorOf(`${database.urlAt(proxy.port)}x`)).toMatchObject({
      kind: 'unavailable',
      effect: 'none',
      sqlState: '3D000',
    });
  });

  test('a server without TLS is refused where TLS is wanted', async () => {
    expect(await errorOf(database.urlAt(proxy.port), { ssl: true })).toMatchObject({
      kind: 'unavailable',
      code: 'tls-refused',
    });
  });

  test('a host that is not there is an unavailable layer', async () => {
    const url = 'postgresql://me:secret-word@no-such-host.invalid/postgres';
    const error = await errorOf(url);
    expect(error).toMatchObject({ kind: 'unavailable', effect: 'none' });
    expect(error.fault).toBeUndefined();
  });
});

describe('answers', () => {
  test('one that no PostgreSQL server would give ends the connection at once, and says so', async () => {
    const layer = openLayer();
    expect((await read(layer, 'select 1')).isOk()).toBe(true);
    await proxy.break('garbles');
    const error = (await read(layer, 'select 1'))._unsafeUnwrapErr();
    expect(error).toMatchObject({ kind: 'invalid-reply', code: 'unreadable-answer' });
    await until(() => proxy.connections().now === 0);
    expect(proxy.connections().now).toBe(0);
  });

  test('one that is larger than the layer allows is refused by the database', async () => {
    const layer = openLayer({ maxResultBytes: 100 });
    const large = await read(layer, `select repeat('x', 100) as x`);
    expect(large._unsafeUnwrapErr()).toMatchObject({ kind: 'failed', effect: 'none', code: 'result-too-large' });
    expect((await read(layer, 'select 1 as one')).isOk()).toBe(true);
  });

  test('one that is too large is refused before it arrives, and no other call suffers', async () => {
    const layer = openLayer({ maxReplyBytes: 100_000 });
    const [large, small] = await Promise.all([
      read(layer, `select repeat('x', 1000000) as x`),
      read(layer, 'select pg_sleep(0.1), 1 as one'),
    ]);
    expect(large._unsafeUnwrapErr()).toMatchObject({
      kind: 'invalid-reply',
      effect: 'unknown',
      code: 'result-too-large',
    });
    expect(small.isOk()).toBe(true);
    expect((await read(layer, `select repeat('x', 50000) as x`)).isOk()).toBe(true);
  });

  test('the database speaks for itself: a constraint, a lack of rights, an error of the statement', async () => {
    const layer = openLayer();
    await database.query('create table if not exists public.taken (id int primary key)');
    await database.query('grant insert on public.taken to postgres');
    const write = (text: string) => layer.ports.sql.write(statement(text), createTestCall());
    await write('insert into taken values (1)');
    expect((await write('insert into taken values (1)'))._unsafeUnwrapErr()).toMatchObject({
      kind: 'conflict',
      effect: 'none',
      sqlState: '23505',
    });
    expect((await write('create role boss superuser'))._unsafeUnwrapErr()).toMatchObject({
      kind: 'denied',
      sqlState: '42501',
    });
    expect((await read(layer, 'select no_such_column'))._unsafeUnwrapErr()).toMatchObject({
      kind: 'invalid-request',
      sqlState: '42703',
    });
    expect((await read(layer, 'select 1 as one')).isOk()).toBe(true);
    expect(proxy.connections().most).toBe(1);
  });

  test('a function that lies about being a read is stopped by the database', async () => {
    await database.query(
      `create or replace function public.liar() returns int language sql as 'insert into public.samples values (666) returning n'`,
    );
    const error = (await read(openLayer(), 'select liar()'))._unsafeUnwrapErr();
    expect(error).toMatchObject({ kind: 'denied', effect: 'none', sqlState: '25006' });
    expect(await countOf('select count(*) from samples where n = 666')).toBe(0);
  });
});

describe('exactly once', () => {
  test('a keyed write sent again with its key gives the recorded result, and one row exists', async () => {
    const key = randomUUID();
    const write = () =>
      openLayer().ports.sql.write(
        statement('insert into samples values (41) returning n'),
        createTestCall({ idempotencyKey: key }),
      );
    const [first, second] = [await write(), await write()];
    expect(second._unsafeUnwrap()).toEqual(first._unsafeUnwrap());
    expect(await countOf('select count(*) from samples where n = 41')).toBe(1);
  });

  test('a keyed write whose answer was lost is settled as happened', async () => {
    const layer = openLayer();
    const text = 'insert into samples values (42) returning n';
    const call = createTestCall({ idempotencyKey: randomUUID() });
    await proxy.break('dies');
    const error = (await layer.ports.sql.write(statement(text), call))._unsafeUnwrapErr();
    expect(error).toMatchObject({ kind: 'interrupted', effect: 'unknown' });
    await proxy.heal();
    const question = { key: String(call.idempotencyKey), digest: digestOf([text]), attemptIds: [call.attemptId] };
    const settlement = (await layer.ports.sql.settle(question, createTestCall()))._unsafeUnwrap();
    expect(settlement).toMatchObject({ state: 'happened', results: [{ rows: [{ n: 42 }] }] });
    expect(await countOf('select count(*) from samples where n = 42')).toBe(1);
  });
});

describe('a read-only layer', () => {
  test('reads, and works in sessions that cannot write by themselves', async () => {
    const connectionString = `${database.urlAt(proxy.port)}?options=-c%20work_mem%3D5MB`;
    const layer = createPostgresLayer({ connectionString, readOnly: true });
    open.push(layer);
    const text = `select current_setting('default_transaction_read_only') as it, current_setting('work_mem') as own`;
    expect((await read(layer, text))._unsafeUnwrap().rows).toEqual([{ it: 'on', own: '5MB' }]);
    const written = await layer.ports.sql.write(statement('insert into samples values (1)'), createTestCall());
    expect(written._unsafeUnwrapErr()).toMatchObject({ kind: 'unsupported', effect: 'none' });
  });
});
