import pg from 'pg';
import type { LocalStack } from '../src/index.js';
import { signJwt } from '../src/jwt.js';
import { jsonReply, query, rpc, start } from './stack-client.js';

const functions = `
create table notes (id int);
alter table notes enable row level security;
insert into notes values (0);
create function who(request jsonb) returns jsonb language sql as $$
  select jsonb_build_object('given', request, 'user', current_user, 'role', auth.role(), 'sub', auth.uid()) $$;
create function add(a int, b int default 10) returns int language sql immutable as 'select a + b';
create function digits(n numeric) returns numeric language sql as 'select n';
create function words(l text[]) returns setof text language sql as 'select unnest(l) || chr(33)';
create function nothing() returns void language sql as 'select 1';
create function absent() returns text language sql as 'select null::text';
create function a_row(out a int, out b text) language sql as $$ select 1, 'x' $$;
create function some_rows() returns table (a int) language sql as 'values (1), (2)';
create function no_rows() returns table (a int) language sql as 'select 1 where false';
create function same(a int) returns int language sql as 'select a';
create function same(a text) returns text language sql as 'select a';
create function fails(state text) returns void language plpgsql as $$ begin
  raise exception 'as asked' using errcode = state, detail = 'a detail', hint = 'a hint'; end $$;
create function writes(n int) returns int language sql as 'insert into notes values (n) returning id';
create function quietly_writes() returns int language sql stable as 'select writes(1)';
create function reads() returns bigint language sql as 'select count(*) from notes';
create function climbs() returns text language plpgsql as $$ begin
  execute 'reset role'; execute 'set local role supabase_admin'; return current_user; end $$;
create function secret() returns int language sql as 'select 1';
revoke execute on function secret() from public, anon;
`;

let stack: LocalStack;
beforeAll(async () => {
  stack = await start();
  expect(await query(stack, functions)).toMatchObject({ status: 201 });
}, 60_000);
afterAll(() => stack?.stop());

const token = (claims: Readonly<Record<string, unknown>>): string => signJwt(claims, stack.jwtSecret);

describe('who asks', () => {
  const sub = '5f1ce2a0-7c1e-4a44-9f2a-0123456789ab';
  test.each([
    ['the key alone', () => ({ apikey: stack.anonKey }), { user: 'anon', role: 'anon', sub: null }],
    [
      'a token without the key',
      () => ({ authorization: `Bearer ${stack.serviceRoleKey}` }),
      { user: 'service_role', role: 'service_role', sub: null },
    ],
    [
      'a user’s token beside the key',
      () => ({ apikey: stack.anonKey, authorization: `Bearer ${token({ role: 'authenticated', sub })}` }),
      { user: 'authenticated', role: 'authenticated', sub },
    ],
  ])('%s', async (_name, headers, expected) => {
    expect(await rpc(stack, 'who', '{"request":[1]}', headers())).toEqual({
      status: 200,
      body: { ...expected, given: [1] },
    });
  });

  test.each([
    ['no key at all', () => ({}), 401, { message: 'No API key found in request' }],
    [
      'a key of another project',
      () => ({ apikey: signJwt({ role: 'anon' }, 'other') }),
      401,
      { message: 'Invalid API key' },
    ],
    [
      'an expired token',
      () => ({ authorization: `Bearer ${token({ role: 'anon', exp: 1 })}` }),
      401,
      { code: 'PGRST301', message: 'JWT expired' },
    ],
    [
      'a forged token',
      () => ({ authorization: `Bearer ${signJwt({ role: 'service_role' }, 'x')}` }),
      401,
      { code: 'PGRST301' },
    ],
    [
      'a token of the owner',
      () => ({ authorization: `Bearer ${token({ role: 'supabase_admin' })}` }),
      403,
      { code: '42501' },
    ],
  ])('%s is refused', async (_name, headers, status, body) => {
    expect(await rpc(stack, 'who', '{"request":1}', headers())).toEqual({
      status,
      body: expect.objectContaining(body),
    });
  });
});

describe('what comes back', () => {
  test.each([
    ['a value', 'add', '{"a":1,"b":2}', 3],
    ['a default where an argument is left out', 'add', '{"a":1}', 11],
    ['a list for a set of values', 'words', '{"l":["a","b"]}', ['a!', 'b!']],
    ['null', 'absent', '', null],
    ['a record', 'a_row', '{}', { a: 1, b: 'x' }],
    ['a list of records', 'some_rows', '{}', [{ a: 1 }, { a: 2 }]],
    ['an empty list', 'no_rows', '{}', []],
  ])('%s', async (_name, name, body, expected) => {
    expect(await rpc(stack, name, body)).toEqual({ status: 200, body: expected });
  });

  test('no digit is lost in either direction', async () => {
    const reply = await fetch(`${stack.url}/rest/v1/rpc/digits`, {
      method: 'POST',
      headers: { apikey: stack.serviceRoleKey },
      body: '{"n":12345678901234567890.123456789}',
    });
    expect(await reply.text()).toBe('12345678901234567890.123456789');
  });

  test('nothing for a function that returns nothing', async () => {
    expect(await rpc(stack, 'nothing', '')).toEqual({ status: 204, body: undefined });
  });
});

describe('errors', () => {
  test.each([
    ['an unknown function', 'unknown', '{"a":1}', 404, 'PGRST202'],
    ['an unknown argument', 'add', '{"a":1,"c":1}', 404, 'PGRST202'],
    ['a missing argument', 'add', '{"b":1}', 404, 'PGRST202'],
    ['two functions that both fit', 'same', '{"a":1}', 300, 'PGRST203'],
    ['a body that is no JSON', 'add', '{', 400, 'PGRST102'],
    ['a body that is no object', 'add', '[1]', 400, 'PGRST102'],
    ['an argument of a wrong type', 'add', '{"a":"x"}', 400, '22P02'],
    ['a write in a function that says it only reads', 'quietly_writes', '{}', 405, '25006'],
    ['a role that the login may not take', 'climbs', '{}', 403, '42501'],
    ['a unique violation', 'fails', '{"state":"23505"}', 409, '23505'],
    ['a raised exception', 'fails', '{"state":"P0001"}', 400, 'P0001'],
    ['an undefined function inside', 'fails', '{"state":"42883"}', 404, '42883'],
    ['a denied right', 'fails', '{"state":"42501"}', 403, '42501'],
    ['a serialization failure', 'fails', '{"state":"40001"}', 500, '40001'],
    ['a status that the function chose', 'fails', '{"state":"PT418"}', 418, 'PT418'],
    ['a code of somebody’s own', 'fails', '{"state":"HB001"}', 400, 'HB001'],
  ])('%s', async (_name, name, body, status, code) => {
    expect(await rpc(stack, name, body)).toEqual({ status, body: expect.objectContaining({ code }) });
  });

  test('a database error keeps its detail and hint', async () => {
    expect((await rpc(stack, 'fails', '{"state":"P0001"}')).body).toEqual({
      code: 'P0001',
      message: 'as asked',
      details: 'a detail',
      hint: 'a hint',
    });
  });

  test('another schema is not served', async () => {
    const headers = { apikey: stack.serviceRoleKey, 'content-profile': 'hybrid' };
    expect(await rpc(stack, 'add', '{"a":1}', headers)).toEqual({
      status: 406,
      body: expect.objectContaining({ code: 'PGRST106' }),
    });
  });

  test('tables are not served, and the answer says what is', async () => {
    const reply = await fetch(`${stack.url}/rest/v1/notes`, { headers: { apikey: stack.anonKey } });
    expect(await jsonReply(reply)).toEqual({
      status: 404,
      body: expect.objectContaining({ message: expect.stringContaining('rpc') }),
    });
  });
});

describe('row level security', () => {
  test('anon sees nothing where service_role sees everything', async () => {
    expect((await rpc(stack, 'reads', '{}', { apikey: stack.anonKey })).body).toBe(0);
    expect((await rpc(stack, 'reads', '{}')).body).toBe(1);
  });

  test.each([
    ['a row that no policy allows', 'writes', '{"n":5}'],
    ['a function that was taken from anon', 'secret', '{}'],
  ])('%s is denied with 42501 and a request to log in', async (_name, name, body) => {
    expect(await rpc(stack, name, body, { apikey: stack.anonKey })).toEqual({
      status: 401,
      body: expect.objectContaining({ code: '42501' }),
    });
  });

  test('a policy lets anon in from the next request', async () => {
    await query(stack, 'create policy readable on notes for select to anon using (true)');
    expect((await rpc(stack, 'reads', '{}', { apikey: stack.anonKey })).body).toBe(1);
    await query(stack, 'drop policy readable on notes');
  });
});

test('a failed call leaves nothing behind', async () => {
  await query(
    stack,
    `create function writes_and_fails() returns void language plpgsql as $$ begin
    insert into notes values (99); raise exception 'no'; end $$`,
  );
  expect((await rpc(stack, 'writes_and_fails', '{}')).status).toBe(400);
  expect((await query(stack, 'select * from notes where id = 99')).body).toEqual([]);
});

test('the superuser reaches the database behind the stack', async () => {
  const client = new pg.Client({ connectionString: stack.databaseUrl });
  await client.connect();
  const { rows } = await client.query(
    `select current_setting('is_superuser') as super, current_setting('listen_addresses') as listens`,
  );
  await client.end();
  expect(rows).toEqual([{ super: 'on', listens: '127.0.0.1' }]);
});
