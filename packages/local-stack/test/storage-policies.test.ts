import type { StorageAnswer, StorageCall, StorageStack } from './storage-client.js';
import { openStorage } from './storage-stack.js';
import { createTusClient } from './tus-client.js';

// A started database takes its time on a busy machine.
jest.setTimeout(120_000);

let stack: StorageStack;

beforeAll(async () => void (stack = await openStorage()));
afterAll(() => stack.stop());

type Right = 'select' | 'insert' | 'update' | 'delete';
type Table = 'objects' | 'buckets';

const roles = ['anon', 'authenticated'] as const;
type Role = (typeof roles)[number];
/** Whose requests and policies these are. */
let role: Role = 'anon';

const clauses: Readonly<Record<Right, () => string>> = {
  select: () => `for select to ${role} using (true)`,
  insert: () => `for insert to ${role} with check (true)`,
  update: () => `for update to ${role} using (true) with check (true)`,
  delete: () => `for delete to ${role} using (true)`,
};
const grant = (table: Table, right: Right, clause = clauses[right]()): Promise<unknown> =>
  stack.sql(`create policy "t ${right}" on storage.${table} ${clause}`);

async function revokeAll(): Promise<void> {
  const policies = await stack.sql(`select policyname, tablename from pg_policies where schemaname = 'storage'`);
  for (const { policyname, tablename } of policies)
    await stack.sql(`drop policy "${policyname}" on storage.${tablename}`);
}
afterEach(async () => {
  role = 'anon';
  await revokeAll();
});

const plain = { 'content-type': 'text/plain' };
const sub = '4c8a6f0e-9f55-4b8e-9a39-0d8e5b6c7a11';
const tokenOfRole = (): string => stack.token({ role, sub });
const asRole = (method: string, path: string, call: StorageCall = {}): Promise<StorageAnswer> =>
  stack.call(method, path, { token: tokenOfRole(), ...call });
const outcome = (answer: StorageAnswer): string => (answer.status === 200 ? 'served' : String(answer.json()['code']));

interface Row {
  readonly call: string;
  readonly needs: readonly Right[];
  readonly table?: Table;
  /** How the answer looks without a right, or without each of them. */
  readonly refused: string | { readonly [right in Right]?: string };
  /** What the outcome of an answer is, where the status does not say it. */
  readonly read?: (answer: StorageAnswer) => string;
  readonly send: (bucket: string) => Promise<StorageAnswer>;
}

const transfer = (bucketId: string): StorageCall => ({ body: { bucketId, sourceKey: 'a', destinationKey: 'b' } });
const listed = (answer: StorageAnswer): string => (answer.json().length > 0 ? 'served' : 'empty');

const upserting = { 'x-upsert': 'true' };
const resumed = (answer: StorageAnswer): string => (answer.status === 201 ? 'served' : answer.text.trim());

/** Each row is tried with every set of rights that misses one, and with no right at all. */
const rows: readonly Row[] = [
  {
    call: 'upload',
    needs: ['insert'],
    refused: 'AccessDenied',
    send: (b) => asRole('POST', `/object/${b}/new`, { body: 'x', headers: plain }),
  },
  {
    call: 'upload with upsert of a new object',
    needs: ['insert', 'select', 'update'],
    refused: 'AccessDenied',
    send: (b) => asRole('POST', `/object/${b}/new`, { body: 'x', headers: { ...plain, 'x-upsert': 'true' } }),
  },
  {
    call: 'upload with upsert of an old object',
    needs: ['insert', 'select', 'update'],
    refused: 'AccessDenied',
    send: (b) => asRole('POST', `/object/${b}/a`, { body: 'x', headers: { ...plain, 'x-upsert': 'true' } }),
  },
  {
    call: 'update',
    needs: ['insert', 'select', 'update'],
    refused: 'AccessDenied',
    send: (b) => asRole('PUT', `/object/${b}/new`, { body: 'x', headers: plain }),
  },
  {
    call: 'update of an old object',
    needs: ['insert', 'select', 'update'],
    refused: 'AccessDenied',
    send: (b) => asRole('PUT', `/object/${b}/a`, { body: 'x', headers: plain }),
  },
  {
    call: 'resumable upload',
    needs: ['insert'],
    refused: 'new row violates row-level security policy',
    read: resumed,
    send: (b) => createTusClient(stack, b).create('new', { length: 1, body: 'x', token: tokenOfRole() }),
  },
  {
    call: 'resumable upload with upsert',
    needs: ['insert', 'select', 'update'],
    refused: 'new row violates row-level security policy',
    read: resumed,
    send: (b) =>
      createTusClient(stack, b).create('a', { length: 1, body: 'x', token: tokenOfRole(), headers: upserting }),
  },
  { call: 'download', needs: ['select'], refused: 'NoSuchKey', send: (b) => asRole('GET', `/object/${b}/a`) },
  {
    call: 'authenticated download',
    needs: ['select'],
    refused: 'NoSuchKey',
    send: (b) => asRole('GET', `/object/authenticated/${b}/a`),
  },
  { call: 'info', needs: ['select'], refused: 'NoSuchKey', send: (b) => asRole('GET', `/object/info/${b}/a`) },
  {
    call: 'sign',
    needs: ['select'],
    refused: 'NoSuchKey',
    send: (b) => asRole('POST', `/object/sign/${b}/a`, { body: { expiresIn: 9 } }),
  },
  {
    call: 'sign many',
    needs: ['select'],
    refused: 'empty',
    read: (a) => (a.json()[0]?.['signedURL'] === null ? 'empty' : 'served'),
    send: (b) => asRole('POST', `/object/sign/${b}`, { body: { expiresIn: 9, paths: ['a'] } }),
  },
  {
    call: 'list',
    needs: ['select'],
    refused: 'empty',
    read: listed,
    send: (b) => asRole('POST', `/object/list/${b}`, { body: { prefix: '' } }),
  },
  {
    call: 'list-v2',
    needs: ['select'],
    refused: 'empty',
    read: (a) => (a.text.includes('"name":"a"') ? 'served' : 'empty'),
    send: (b) => asRole('POST', `/object/list-v2/${b}`, { body: {} }),
  },
  {
    call: 'move',
    needs: ['select', 'update'],
    refused: 'NoSuchKey',
    send: (b) => asRole('POST', '/object/move', transfer(b)),
  },
  {
    call: 'move onto itself',
    needs: ['select', 'update'],
    refused: 'NoSuchKey',
    send: (b) => asRole('POST', '/object/move', { body: { bucketId: b, sourceKey: 'a', destinationKey: 'a' } }),
  },
  {
    call: 'copy',
    needs: ['select', 'insert'],
    refused: { select: 'NoSuchKey', insert: 'AccessDenied' },
    send: (b) => asRole('POST', '/object/copy', transfer(b)),
  },
  {
    call: 'copy over another',
    needs: ['select', 'insert', 'update'],
    refused: { select: 'NoSuchKey', insert: 'AccessDenied', update: 'AccessDenied' },
    send: (b) => asRole('POST', '/object/copy', { ...transfer(b), headers: upserting }),
  },
  {
    call: 'remove',
    needs: ['select', 'delete'],
    refused: 'empty',
    read: listed,
    send: (b) => asRole('DELETE', `/object/${b}`, { body: { prefixes: ['a'] } }),
  },
  {
    call: 'remove one',
    needs: ['select', 'delete'],
    refused: { select: 'NoSuchKey', delete: 'AccessDenied' },
    send: (b) => asRole('DELETE', `/object/${b}/a`),
  },
  {
    call: 'sign an upload',
    needs: ['insert'],
    refused: 'AccessDenied',
    send: (b) => asRole('POST', `/object/upload/sign/${b}/new`),
  },
  {
    call: 'sign an upload with upsert',
    needs: ['insert', 'select', 'update'],
    refused: 'AccessDenied',
    send: (b) => asRole('POST', `/object/upload/sign/${b}/new`, { headers: { 'x-upsert': 'true' } }),
  },
  {
    call: 'list buckets',
    table: 'buckets',
    needs: ['select'],
    refused: 'empty',
    read: listed,
    send: () => asRole('GET', '/bucket'),
  },
  {
    call: 'get a bucket',
    table: 'buckets',
    needs: ['select'],
    refused: 'NoSuchBucket',
    send: (b) => asRole('GET', `/bucket/${b}`),
  },
  {
    call: 'create a bucket',
    table: 'buckets',
    needs: ['insert'],
    refused: 'AccessDenied',
    send: (b) => asRole('POST', '/bucket', { body: { name: `${b} made` } }),
  },
  {
    call: 'update a bucket',
    table: 'buckets',
    needs: ['select', 'update'],
    refused: 'NoSuchBucket',
    send: (b) => asRole('PUT', `/bucket/${b}`, { body: { public: true } }),
  },
  {
    call: 'delete a bucket',
    table: 'buckets',
    needs: ['select', 'delete'],
    refused: 'NoSuchBucket',
    send: (b) => asRole('DELETE', `/bucket/${b} empty`),
  },
];

test.each(roles.flatMap((each) => rows.map((row) => ({ each, ...row }))))(
  '$call by $each needs $needs and nothing else',
  async ({ each, call, table = 'objects', needs, refused, send, read = outcome }) => {
    role = each;
    const bucket = `for ${call.replaceAll(/[^a-z0-9]+/g, ' ')} by ${each}`;
    await stack.makeBucket(bucket);
    await stack.makeBucket(`${bucket} empty`);
    await stack.put(`${bucket}/a`, 'bytes');
    const without = (right: Right): string | undefined => (typeof refused === 'string' ? refused : refused[right]);
    for (const missing of needs) {
      for (const right of needs) if (right !== missing) await grant(table, right);
      expect({ missing, got: read(await send(bucket)) }).toEqual({ missing, got: without(missing) });
      await revokeAll();
    }
    expect(read(await send(bucket))).toBe(without(needs[0] ?? 'select'));
    for (const right of needs) await grant(table, right);
    const answer = await send(bucket);
    expect({ got: read(answer), text: answer.text }).toMatchObject({ got: 'served' });
  },
);

test('a move is checked by the old row and by the new one', async () => {
  await stack.makeBucket('moves');
  await stack.put('moves/a', 'bytes');
  await grant('objects', 'select');
  await grant('objects', 'update', `for update to anon using (true) with check (name <> 'b')`);
  expect(outcome(await asRole('POST', '/object/move', transfer('moves')))).toBe('AccessDenied');
  await revokeAll();
  await grant('objects', 'select');
  await grant('objects', 'update', `for update to anon using (name <> 'a') with check (true)`);
  expect(outcome(await asRole('POST', '/object/move', transfer('moves')))).toBe('NoSuchKey');
  expect((await stack.call('GET', '/object/moves/a')).text).toBe('bytes');
});

test('emptying a bucket is for the service role, whatever the policies', async () => {
  await stack.makeBucket('emptied');
  for (role of roles) {
    for (const table of ['objects', 'buckets'] as const)
      for (const right of ['select', 'insert', 'update', 'delete'] as const) await grant(table, right);
    expect((await asRole('POST', '/bucket/emptied/empty', { body: {} })).status).toBe(403);
    await revokeAll();
  }
});

test('what was signed needs no policy when it is used', async () => {
  await stack.makeBucket('signed');
  await stack.put('signed/a', 'bytes');
  const upload = (await stack.call('POST', '/object/upload/sign/signed/new')).json()['url'];
  const download = (await stack.call('POST', '/object/sign/signed/a', { body: { expiresIn: 60 } })).json()['signedURL'];
  const put = { token: null, body: 'x', headers: plain };
  expect(outcome(await stack.call('PUT', String(upload), put))).toBe('served');
  expect((await stack.call('GET', String(download), { token: null })).text).toBe('bytes');
});

test('a public bucket is read without any policy, a private one at no address', async () => {
  await stack.makeBucket('open', { public: true });
  await stack.put('open/a', 'bytes');
  for (const path of ['/object/public/open/a', '/object/open/a', '/object/info/open/a', '/object/info/public/open/a']) {
    expect((await stack.call('GET', path, { token: null })).status).toBe(200);
  }
  expect((await asRole('GET', '/object/authenticated/open/a')).status).toBe(200);
  await stack.sql(`update storage.buckets set public = false where id = 'open'`);
  expect(outcome(await stack.call('GET', '/object/public/open/a', { token: null }))).toBe('NoSuchBucket');
});

test('a policy sees type and size before the bytes are read', async () => {
  await stack.makeBucket('looked at');
  await grant(
    'objects',
    'insert',
    `for insert to anon with check ((metadata->>'contentLength')::int < 3 and metadata->>'mimetype' = 'text/plain')`,
  );
  const send = (key: string, body: string, type = 'text/plain'): Promise<StorageAnswer> =>
    asRole('POST', `/object/looked at/${key}`, { body, headers: { 'content-type': type } });
  expect(outcome(await send('a', 'xxxxx'))).toBe('AccessDenied');
  expect(outcome(await send('b', 'x', 'text/html'))).toBe('AccessDenied');
  expect(outcome(await send('c', 'x'))).toBe('served');
});

test('a policy can allow one operation only', async () => {
  await stack.makeBucket('operations');
  await stack.put('operations/a', 'bytes');
  await grant('objects', 'select', `for select to anon using (storage.allow_only_operation('object.list'))`);
  expect(listed(await asRole('POST', '/object/list/operations', { body: {} }))).toBe('served');
  expect(outcome(await asRole('GET', '/object/operations/a'))).toBe('NoSuchKey');
});

test('a policy knows the caller, and the object its owner', async () => {
  await stack.makeBucket('homes');
  const clause = `for insert to authenticated with check ((storage.foldername(name))[1] = current_setting('request.jwt.claims')::jsonb->>'sub')`;
  await grant('objects', 'insert', clause);
  role = 'authenticated';
  const send = (folder: string): Promise<StorageAnswer> =>
    asRole('POST', `/object/homes/${folder}/a`, { body: 'x', headers: plain });
  expect(outcome(await send('other'))).toBe('AccessDenied');
  expect(outcome(await send(sub))).toBe('served');
  expect(await stack.sql(`select owner, owner_id from storage.objects where bucket_id = 'homes'`)).toEqual([
    { owner: sub, owner_id: sub },
  ]);
  await revokeAll();
  await grant('objects', 'select', `for select to authenticated using (owner_id = '${sub}')`);
  await stack.put('homes/of somebody else', 'x');
  expect(outcome(await asRole('GET', `/object/homes/${sub}/a`))).toBe('served');
  expect(outcome(await asRole('GET', '/object/homes/of somebody else'))).toBe('NoSuchKey');
});

test('a bucket knows who made it', async () => {
  for (const right of ['insert', 'select'] as const) await grant('buckets', right);
  await asRole('POST', '/bucket', { body: { name: 'owned' } });
  expect((await asRole('GET', '/bucket/owned')).json()['owner']).toBe(sub);
  expect(await stack.sql(`select owner_id from storage.buckets where id = 'owned'`)).toEqual([{ owner_id: sub }]);
});

test('a policy that fails is a fault of the database, told without its text', async () => {
  await stack.makeBucket('broken');
  await stack.put('broken/a', 'bytes');
  await grant('objects', 'select', 'for select to anon using (1 / (length(name) - 1) = 0)');
  const answer = await asRole('GET', '/object/broken/a');
  expect([answer.status, answer.json()]).toMatchObject([
    500,
    { code: 'DatabaseError', message: 'database error, code: 22012' },
  ]);
});
