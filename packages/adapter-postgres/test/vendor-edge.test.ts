import { createTestCall } from '@hybrid-supabase/contract-tests';
import { createPostgresLayer, type PostgresClient, type PostgresPool } from '../src/index.js';
import { fakeDatabase } from './fake-database.js';
import { createFakePool } from './fake-pool.js';
import { until } from './until.js';

const select = { text: 'select 1 as one', values: [] };

const clientThat = (own: Partial<PostgresClient>): PostgresClient => ({
  query: async (text) => fakeDatabase(text),
  release: () => undefined,
  on: () => undefined,
  removeListener: () => undefined,
  ...own,
});

const readOver = async (pool: PostgresPool) => {
  const layer = createPostgresLayer({ pool });
  const result = await layer.ports.sql.read(select, createTestCall());
  await layer.close();
  return result;
};

test('a connection whose statement was given up is ended, one that answered is kept', async () => {
  const pool = createFakePool(fakeDatabase);
  const layer = createPostgresLayer({ pool });
  expect((await layer.ports.sql.read(select, createTestCall())).isOk()).toBe(true);
  pool.break('hangs');
  const call = createTestCall();
  const answer = layer.ports.sql.read(select, call);
  await until(() => pool.texts.length === 2);
  call.abort();
  expect((await answer).isErr()).toBe(true);
  await layer.close();
  expect(pool.released).toEqual(['kept', 'destroyed']);
});

test('a connection that is left inside a transaction is ended', async () => {
  const release = jest.fn();
  let status = 'I';
  const query = async (text: string): Promise<unknown> => {
    status = 'T';
    return fakeDatabase(text);
  };
  const client = clientThat({ query, release, getTransactionStatus: () => status });
  expect((await readOver({ connect: async () => client })).isOk()).toBe(true);
  expect(release.mock.calls).toEqual([[true]]);
});

test.each(['T', 'E'])(
  "a connection in somebody's transaction (%s) is ended unused, and another one is taken",
  async (status) => {
    const release = jest.fn();
    const query = jest.fn(async (text: string) => fakeDatabase(text));
    const inside = clientThat({ query, release, getTransactionStatus: () => status });
    const clients = [inside, clientThat({ getTransactionStatus: () => 'I' })];
    expect((await readOver({ connect: async () => clients.shift() ?? inside })).isOk()).toBe(true);
    expect(query).not.toHaveBeenCalled();
    expect(release.mock.calls).toEqual([[true]]);
  },
);

test('a pool whose connections are all in a transaction is an unavailable layer, and nothing was sent', async () => {
  const query = jest.fn(async (text: string) => fakeDatabase(text));
  const client = clientThat({ query, getTransactionStatus: () => 'T' });
  const error = (await readOver({ connect: async () => client }))._unsafeUnwrapErr();
  expect(error).toMatchObject({ kind: 'unavailable', effect: 'none', code: 'dead-connections' });
  expect(query).not.toHaveBeenCalled();
});

test.each([
  ['P0001', 'ERROR', 'failed', 'none'],
  ['P0001', 'FATAL', 'interrupted', 'unknown'],
])(
  'words of the driver out of the mouth of the server (%s, %s) prove nothing',
  async (code, severity, kind, effect) => {
    let sent = 0;
    const said = Object.assign(new Error('Client was closed and is not queryable'), { code, severity });
    const client = clientThat({
      query: () => {
        sent += 1;
        return Promise.reject(said);
      },
    });
    expect((await readOver({ connect: async () => client }))._unsafeUnwrapErr()).toMatchObject({ kind, effect });
    expect(sent).toBe(1);
  },
);

test('words like those of the driver for a dead connection are no proof that nothing was sent', async () => {
  const client = clientThat({ query: () => Promise.reject(new Error('The view is not queryable')) });
  const error = (await readOver({ connect: async () => client }))._unsafeUnwrapErr();
  expect(error).toMatchObject({ kind: 'interrupted', effect: 'unknown' });
});

test('an answer stays an answer where the pool throws at the return of its connection', async () => {
  const client = clientThat({
    release: () => {
      throw new Error('never mind');
    },
  });
  expect((await readOver({ connect: async () => client })).isOk()).toBe(true);
});

test('a pool that throws instead of rejecting is an unavailable layer', async () => {
  const connect = (): never => {
    throw new Error('no pool today');
  };
  expect((await readOver({ connect }))._unsafeUnwrapErr()).toMatchObject({ kind: 'unavailable', effect: 'none' });
});

test('a pool with dead connections only is asked twice, and nothing was sent', async () => {
  let asked = 0;
  const client = clientThat({ query: () => Promise.reject(new Error('Client was closed and is not queryable')) });
  const result = await readOver({
    connect: async () => {
      asked += 1;
      return client;
    },
  });
  expect(result._unsafeUnwrapErr()).toMatchObject({ kind: 'unavailable', effect: 'none', code: 'dead-connections' });
  expect(asked).toBe(2);
});

test('a connection that comes after its caller has gone is given back unused', async () => {
  const release = jest.fn();
  let give = (_client: PostgresClient): void => undefined;
  const connecting = new Promise<PostgresClient>((resolve) => {
    give = resolve;
  });
  const connect = jest.fn(() => connecting);
  const layer = createPostgresLayer({ pool: { connect } });
  const call = createTestCall();
  const answer = layer.ports.sql.read(select, call);
  await until(() => connect.mock.calls.length > 0);
  call.abort();
  expect((await answer)._unsafeUnwrapErr()).toMatchObject({ kind: 'cancelled', effect: 'none' });
  give(clientThat({ release }));
  await until(() => release.mock.calls.length > 0);
  expect(release.mock.calls).toEqual([[false]]);
  await layer.close();
});

test('a broken connection that comes after its caller has gone breaks nothing', async () => {
  const on = jest.fn(() => {
    throw new Error('no listeners here');
  });
  let give = (_client: PostgresClient): void => undefined;
  const connecting = new Promise<PostgresClient>((resolve) => {
    give = resolve;
  });
  const connect = jest.fn(() => connecting);
  const layer = createPostgresLayer({ pool: { connect } });
  const call = createTestCall();
  const answer = layer.ports.sql.read(select, call);
  await until(() => connect.mock.calls.length > 0);
  call.abort();
  expect((await answer)._unsafeUnwrapErr()).toMatchObject({ kind: 'cancelled', effect: 'none' });
  give(clientThat({ on }));
  await until(() => on.mock.calls.length > 0);
  await layer.close();
});

test.each([
  ['nothing', undefined],
  ['no rows', [{ rows: [] }]],
  ['two rows', [{ rows: [{ hybrid: 'W10=' }, { hybrid: 'W10=' }] }]],
  ['another column', { rows: [{ other: 'W10=' }] }],
  ['a number', { rows: [{ hybrid: 7 }] }],
])('an answer with %s cannot be read', async (_what, answer) => {
  const client = clientThat({ query: async () => answer });
  const error = (await readOver({ connect: async () => client }))._unsafeUnwrapErr();
  expect(error).toMatchObject({ kind: 'invalid-reply', effect: 'unknown' });
});

test.each([
  ['no address', { processID: 1, secretKey: 2 }],
  ['an address that is none', { processID: 1, secretKey: 2, host: '/run', port: 99_999 }],
  ['a key that is no number of the protocol', { processID: 1, secretKey: 2 ** 40, host: '/run', port: 5432 }],
  ['a socket file that is not there', { processID: 1, secretKey: 2, host: '/no/such/folder', port: 5432 }],
])('a statement that cannot be cancelled for %s costs its connection and nothing else', async (_what, own) => {
  const release = jest.fn();
  const client = clientThat({ ...own, release, query: () => new Promise(() => undefined) });
  const layer = createPostgresLayer({ pool: { connect: async () => client }, cancelTimeoutMs: 20 });
  const call = createTestCall();
  const answer = layer.ports.sql.read(select, call);
  setTimeout(call.abort, 20);
  expect((await answer)._unsafeUnwrapErr()).toMatchObject({ kind: 'cancelled', effect: 'unknown' });
  await layer.close();
  expect(release.mock.calls).toEqual([[true]]);
});
