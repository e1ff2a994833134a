import { openDatabase, type Database } from '../src/database.js';
import type { LocalStack } from '../src/index.js';
import { start } from './stack-client.js';

let stack: LocalStack;
let database: Database;
beforeAll(async () => {
  stack = await start();
  database = openDatabase({ url: stack.databaseUrl, requesterUrl: stack.databaseUrl });
  await database.transaction('superuser', (client) => client.query('create table seen (id int)'));
}, 60_000);
afterAll(async () => {
  await database?.close();
  await stack?.stop();
});

const seen = async (): Promise<number> =>
  (await database.transaction('superuser', (client) => client.query('delete from seen returning id'))).rowCount ?? 0;

test('what resolves is committed, and its value given back', async () => {
  const value = await database.transaction('superuser', async (client) => {
    await client.query('insert into seen values (1)');
    return 'done';
  });
  expect([value, await seen()]).toEqual(['done', 1]);
});

test('what rejects is rolled back, with its own reason', async () => {
  const reason = new Error('no');
  const failed = database.transaction('superuser', async (client) => {
    await client.query('insert into seen values (1)');
    throw reason;
  });
  await expect(failed).rejects.toBe(reason);
  expect(await seen()).toBe(0);
});

test('a swallowed statement error is not taken for a commit', async () => {
  const failed = database.transaction('superuser', async (client) => {
    await client.query('insert into seen values (1)');
    await client.query('select 1 / 0').catch(() => undefined);
  });
  await expect(failed).rejects.toThrow('rolled back');
  expect(await seen()).toBe(0);
});

test('role and claims are those of the requester, and gone afterwards', async () => {
  const claims = { role: 'authenticated', sub: '5f1ce2a0-7c1e-4a44-9f2a-0123456789ab', note: `it's "quoted" \\` };
  const text = `select current_user::text as who, auth.jwt() as claims`;
  const inside = await database.transaction({ role: 'authenticated', claims }, (client) => client.query(text));
  expect(inside.rows).toEqual([{ who: 'authenticated', claims }]);
  const after = await database.transaction({ role: 'anon', claims: {} }, (client) => client.query(text));
  expect(after.rows).toEqual([{ who: 'anon', claims: {} }]);
});

test('a role that does not exist is a database error', async () => {
  const refused = database.transaction({ role: `no"'body`, claims: {} }, async () => 'never');
  await expect(refused).rejects.toMatchObject({ code: '22023' });
});

test('closing cuts a transaction in the middle', async () => {
  const other = openDatabase({ url: stack.databaseUrl, requesterUrl: stack.databaseUrl });
  const entered: { resolve?: () => void } = {};
  const running = new Promise<void>((resolve) => (entered.resolve = resolve));
  const cut = other.transaction('superuser', async (client) => {
    await client.query('insert into seen values (1)');
    entered.resolve?.();
    await client.query('select pg_sleep(600)');
  });
  const outcome = expect(cut).rejects.toThrow('Connection terminated');
  await running;
  await Promise.all([other.close(), other.close()]);
  await outcome;
  expect(await seen()).toBe(0);
}, 30_000);
