import { readdir } from 'node:fs/promises';
import path from 'node:path';
import { openStorage } from './storage-stack.js';
import type { StorageAnswer, StorageCall, StorageStack } from './storage-client.js';
import { createTusClient, resumable, tusHeaders, type NewUpload, type TusClient } from './tus-client.js';

// A started database takes its time on a busy machine.
jest.setTimeout(120_000);

let stack: StorageStack;
let tus: TusClient;
let small: TusClient;

beforeAll(async () => {
  stack = await openStorage();
  await stack.makeBucket('b');
  await stack.makeBucket('small', { file_size_limit: 10, allowed_mime_types: ['image/png', 'text/*'] });
  await stack.put('b/here', 'text');
  tus = createTusClient(stack, 'b');
  small = createTusClient(stack, 'small');
});
afterAll(() => stack.stop());

interface Row {
  readonly name: string;
  readonly answer: readonly [status: number, text: string];
  send(): Promise<StorageAnswer>;
}

const one: NewUpload = { length: 1 };
const upsert = { 'x-upsert': 'true' };
const without = (name: string): StorageCall => ({ headers: { [name]: '' } });
const metadata = (text: string): NewUpload => ({ ...one, headers: { 'upload-metadata': text } });
const typed = (contentType: string): NewUpload => ({ ...one, metadata: { contentType } });
const idOf = (text: string): string => `${resumable}/${Buffer.from(text).toString('base64url')}`;
const unknown = idOf('b/here/00000000-0000-4000-8000-000000000000');
const noUpload = [404, 'not found'] as const;

const creations: readonly Row[] = [
  {
    name: 'a bucket that is not there',
    answer: [404, 'Bucket not found'],
    send: () => createTusClient(stack, 'none').create('a', one),
  },
  { name: 'a key that is taken', answer: [409, 'already exists'], send: () => tus.create('here', one) },
  { name: 'a key that is not allowed', answer: [400, 'Invalid key'], send: () => tus.create('ä', one) },
  { name: 'a key that climbs', answer: [400, 'Invalid key'], send: () => tus.create('../b/a', one) },
  {
    name: 'no metadata',
    answer: [400, 'bucketName'],
    send: () => tus.create('a', { ...one, ...without('upload-metadata') }),
  },
  {
    name: 'metadata without a key',
    answer: [400, 'objectName'],
    send: () => tus.create('a', metadata(`bucketName ${btoa('b')}`)),
  },
  {
    name: 'metadata that is no list',
    answer: [400, 'Invalid upload-metadata'],
    send: () => tus.create('a', metadata('a b c')),
  },
  {
    name: 'user metadata that is no object',
    answer: [400, 'JSON object'],
    send: () => tus.create('a', { ...one, metadata: { metadata: '[1]' } }),
  },
  {
    name: 'user metadata that is no JSON',
    answer: [400, 'JSON object'],
    send: () => tus.create('a', { ...one, metadata: { metadata: '{' } }),
  },
  {
    name: 'no length',
    answer: [400, 'Upload-Length'],
    send: () => tus.create('a', { ...one, headers: { 'upload-length': '' } }),
  },
  {
    name: 'a length and none',
    answer: [400, 'Upload-Length'],
    send: () => tus.create('a', { ...one, headers: { 'upload-defer-length': '1' } }),
  },
  {
    name: 'no version of the protocol',
    answer: [412, 'Tus-Resumable'],
    send: () => tus.create('a', { ...one, ...without('tus-resumable') }),
  },
  {
    name: 'concatenation',
    answer: [501, 'Concatenation'],
    send: () => tus.create('a', { ...one, headers: { 'upload-concat': 'partial' } }),
  },
  {
    name: 'more than the bucket takes',
    answer: [413, 'Maximum size exceeded'],
    send: () => small.create('a', { length: 11 }),
  },
  {
    name: 'more than the server takes',
    answer: [413, 'Maximum size exceeded'],
    send: () => tus.create('a', { length: 52_428_801 }),
  },
  {
    name: 'a placeholder of a folder that is not empty',
    answer: [413, 'Maximum size exceeded'],
    send: () => small.create('f/.emptyFolderPlaceholder', one),
  },
  {
    name: 'more bytes than announced',
    answer: [413, "upload's size exceeded"],
    send: () => tus.create('a', { length: 1, body: 'ab' }),
  },
  {
    name: 'a type that the bucket refuses',
    answer: [415, 'mime type'],
    send: () => small.create('a', typed('image/jpeg')),
  },
  {
    name: 'a type with parameters where none are listed',
    answer: [415, 'mime type'],
    send: () => small.create('a', typed('image/png;a=b')),
  },
  { name: 'a text that is no type', answer: [415, 'mime type'], send: () => tus.create('a', typed('nonsense')) },
  // Stricter than the hosted service, where leaving the type out passes by the bucket's list.
  {
    name: 'no type where types are listed',
    answer: [415, 'mime type'],
    send: () => small.create('a', metadata(`bucketName ${btoa('small')},objectName ${btoa('a')}`)),
  },
];

test.each(creations)('creating is refused: $name', async ({ send, answer: [status, text] }) => {
  const answer = await send();
  expect([answer.status, answer.text]).toEqual([status, expect.stringContaining(text)]);
  expect(answer.headers.get('content-type')).toMatch(/^text\/plain/);
  expect(answer.headers.get('location')).toBeNull();
});

test('what was refused at its creation leaves nothing behind', async () => {
  expect(await readdir(path.join(stack.objectsDirectory, '.uploads')).catch(() => [])).toEqual([]);
});

describe('with an upload of four bytes that has two', () => {
  let address: string;
  beforeAll(async () => void (address = await tus.begin('half', { length: 4, body: 'ab' })));

  const rows: readonly Row[] = [
    {
      name: 'bytes for another offset',
      answer: [409, 'Upload-Offset conflict'],
      send: () => tus.patch(address, 1, 'b'),
    },
    {
      name: 'bytes for an offset ahead',
      answer: [409, 'Upload-Offset conflict'],
      send: () => tus.patch(address, 3, 'd'),
    },
    {
      name: 'no offset',
      answer: [403, 'Upload-Offset header required'],
      send: () => tus.patch(address, 2, 'c', without('upload-offset')),
    },
    {
      name: 'an offset that is no number',
      answer: [400, 'Invalid upload-offset'],
      send: () => tus.patch(address, 2, 'c', { headers: { 'upload-offset': 'two' } }),
    },
    {
      name: 'another content type',
      answer: [400, 'Invalid content-type'],
      send: () => tus.patch(address, 2, 'c', { headers: { 'content-type': 'text/plain' } }),
    },
    {
      name: 'more bytes than announced',
      answer: [413, "upload's size exceeded"],
      send: () => tus.patch(address, 2, 'cde'),
    },
    {
      name: 'a length although it has one',
      answer: [400, 'Upload-Length'],
      send: () => tus.patch(address, 2, 'cd', { headers: { 'upload-length': '4' } }),
    },
    {
      name: 'no version of the protocol',
      answer: [412, 'Tus-Resumable'],
      send: () => tus.patch(address, 2, 'cd', without('tus-resumable')),
    },
    { name: 'an upload that was never made', answer: noUpload, send: () => tus.patch(unknown, 0, 'a') },
    { name: 'an address that is no id', answer: noUpload, send: () => tus.patch(`${resumable}/nonsense`, 0, 'a') },
    {
      name: 'deleting an upload that was never made',
      answer: noUpload,
      send: () => stack.call('DELETE', unknown, { headers: tusHeaders }),
    },
    {
      name: "another key with this upload's version",
      answer: noUpload,
      send: () => {
        const version = Buffer.from(address.split('/').at(-1) ?? '', 'base64url')
          .toString()
          .slice(-36);
        return tus.patch(idOf(`b/other/${version}`), 2, 'cd');
      },
    },
  ];

  test.each(rows)('a part is refused: $name', async ({ send, answer: [status, text] }) => {
    const answer = await send();
    expect([answer.status, answer.text]).toEqual([status, expect.stringContaining(text)]);
    expect(answer.headers.get('content-type')).toMatch(/^text\/plain/);
    expect((await tus.head(address)).headers.get('upload-offset')).toBe('2');
  });
});

test('an upload without a length ends at the limit of its bucket, and keeps what fitted', async () => {
  const address = await small.begin('open', { length: null });
  await small.patch(address, 0, '12345678');
  expect((await small.patch(address, 8, 'abc')).status).toBe(413);
  expect((await small.patch(address, 8, '', { headers: { 'upload-length': '11' } })).status).toBe(413);
  expect((await small.head(address)).headers.get('upload-offset')).toBe('8');
  const empty = await small.begin('g/.emptyFolderPlaceholder', { length: null });
  expect((await small.patch(empty, 0, 'x')).status).toBe(413);
});

test('of two uploads for one key the first to finish wins, the other learns it at its next part and can give up', async () => {
  const [one, two] = [await tus.begin('raced', { length: 2 }), await tus.begin('raced', { length: 2 })];
  await tus.patch(one, 0, 'aa');
  const lost = await tus.patch(two, 0, 'b');
  expect([lost.status, lost.text]).toEqual([409, expect.stringContaining('already exists')]);
  expect((await stack.call('DELETE', two, { headers: tusHeaders })).status).toBe(204);
  expect((await stack.call('GET', '/object/b/raced')).text).toBe('aa');
});

test('an upload that loses its key while its last bytes come is removed with them', async () => {
  const addresses = [await tus.begin('close', { length: 2 }), await tus.begin('close', { length: 2 })];
  const answers = await Promise.all(
    addresses.map((address, index) => tus.patch(address, 0, index === 0 ? 'aa' : 'bb')),
  );
  expect(answers.map((answer) => answer.status).sort()).toEqual([204, 409]);
  const winner = answers[0]?.status === 204 ? 'aa' : 'bb';
  expect((await stack.call('GET', '/object/b/close')).text).toBe(winner);
});

test('every part has to ask for the upsert again', async () => {
  await stack.put('b/replaced', 'old');
  const address = await tus.begin('replaced', { length: 2, headers: upsert });
  expect((await tus.patch(address, 0, 'ab')).status).toBe(409);
  expect((await stack.call('GET', '/object/b/replaced')).text).toBe('old');
  expect((await tus.patch(address, 0, 'ab', { headers: upsert })).status).toBe(204);
  expect((await stack.call('GET', '/object/b/replaced')).text).toBe('ab');
});

test('an upload whose bucket went away is refused', async () => {
  await stack.makeBucket('leaving');
  const client = createTusClient(stack, 'leaving');
  const address = await client.begin('a', { length: 2 });
  await stack.call('DELETE', '/bucket/leaving');
  expect((await client.patch(address, 0, 'ab')).status).toBe(404);
});

describe('by right', () => {
  const expired = (): string => stack.token({ role: 'service_role', exp: 1 });
  const user = (): string => stack.token({ role: 'authenticated', sub: '11111111-1111-4111-8111-111111111111' });
  const other = (): string => stack.token({ role: 'authenticated', sub: '22222222-2222-4222-8222-222222222222' });

  beforeAll(async () => {
    await stack.makeBucket('guarded');
    await stack.sql(`create policy "own folder" on storage.objects for insert to authenticated with check (
      bucket_id = 'guarded' and (storage.foldername(name))[1] = (current_setting('request.jwt.claims')::json ->> 'sub'))`);
  });
  const guarded = (): TusClient => createTusClient(stack, 'guarded');
  const key = '11111111-1111-4111-8111-111111111111/a';

  test('a missing, bad or expired token gets the envelope of the Storage API', async () => {
    const address = await guarded().begin('a', { length: 2 });
    const calls = [null, 'nonsense', expired()].flatMap((token) => [
      guarded().create('b', { length: 1, token }),
      guarded().patch(address, 0, 'ab', { token }),
      stack.call('DELETE', address, { token, headers: tusHeaders }),
    ]);
    for (const answer of await Promise.all(calls)) {
      expect(answer.status).toBe(400);
      expect(answer.json()).toMatchObject({ statusCode: '403', code: 'AccessDenied', error: 'Unauthorized' });
    }
    expect((await guarded().head(address, { token: null })).status).toBe(400);
  });

  test('the policies for insert decide on every request but the question for the offset', async () => {
    const address = await guarded().begin(key, { length: 2, token: user() });
    const calls = [
      guarded().create(key, { length: 1, token: other() }),
      guarded().create(key, { length: 1, token: stack.anonKey }),
      guarded().patch(address, 0, 'ab', { token: other() }),
      stack.call('DELETE', address, { token: stack.anonKey, headers: tusHeaders }),
    ];
    for (const answer of await Promise.all(calls))
      expect([answer.status, answer.text]).toEqual([403, expect.stringContaining('row-level security')]);
    expect((await guarded().head(address, { token: stack.anonKey })).status).toBe(200);
    expect((await guarded().patch(address, 0, 'ab', { token: user() })).status).toBe(204);
    const [row] = await stack.sql('select owner_id from storage.objects where name = $1', [key]);
    expect(row).toEqual({ owner_id: '11111111-1111-4111-8111-111111111111' });
  });

  test('an upsert needs more rights than an insert, even where nothing is yet', async () => {
    const answer = await guarded().create(`${key}2`, { length: 1, token: user(), headers: upsert });
    expect(answer.status).toBe(403);
  });

  test('a policy that fails is told by its SQLSTATE alone', async () => {
    await stack.sql(`create policy "broken" on storage.objects for insert to authenticated with check (1 / 0 = 1)`);
    const answer = await guarded().create('a', { length: 1, token: other() });
    await stack.sql('drop policy "broken" on storage.objects');
    expect([answer.status, answer.text]).toEqual([500, 'database error, code: 22012\n']);
  });
});

describe('by signature', () => {
  const sign = async (key: string, headers: Record<string, string> = {}): Promise<string> =>
    String((await stack.call('POST', `/object/upload/sign/b/${key}`, { headers })).json()['token']);
  const signed = `${resumable}/sign`;
  const make = (objectName: string, signature: string, more: StorageCall = {}): Promise<StorageAnswer> =>
    stack.call('POST', signed, {
      token: null,
      headers: {
        ...tusHeaders,
        'upload-length': '4',
        'upload-metadata': `bucketName ${btoa('b')},objectName ${btoa(objectName)}`,
        ...(signature !== '' && { 'x-signature': signature }),
        ...more.headers,
      },
    });

  test('a signature makes and fills the upload it is for, and needs no token', async () => {
    const signature = await sign('signed');
    const made = await make('signed', signature);
    expect(made.status).toBe(201);
    const address = tus.addressOf(made);
    expect(address.startsWith(`${signed}/`)).toBe(true);
    const call = { token: null, headers: { 'x-signature': signature } };
    expect((await tus.patch(address, 0, 'ab', call)).status).toBe(204);
    expect((await tus.head(address, call)).headers.get('upload-offset')).toBe('2');
    expect((await tus.patch(address, 2, 'cd', call)).headers.get('tus-complete')).toBe('1');
    expect((await stack.call('GET', '/object/b/signed')).text).toBe('abcd');
    expect((await make('signed', signature)).status).toBe(409);
  });

  test('whether it may replace is in the signature, not in the request', async () => {
    await stack.put('b/signed-again', 'old');
    const headers = { 'x-upsert': 'true' };
    expect((await make('signed-again', await sign('not-yet'), { headers })).status).toBe(400);
    const signature = await sign('signed-again', headers);
    const address = tus.addressOf(await make('signed-again', signature));
    await tus.patch(address, 0, 'abcd', { token: null, headers: { 'x-signature': signature } });
    expect((await stack.call('GET', '/object/b/signed-again')).text).toBe('abcd');
  });

  test('a signature for another key, for reading, or of nobody opens nothing', async () => {
    const signature = await sign('mine');
    const reading = String(
      (await stack.call('POST', '/object/sign/b/here', { body: { expiresIn: 60 } })).json()['signedURL'],
    );
    const address = tus.addressOf(await make('mine', signature));
    const elsewhere = await sign('elsewhere');
    const call = { token: null, headers: { 'x-signature': elsewhere } };
    const answers = await Promise.all([
      make('mine', elsewhere),
      make('mine', reading.split('token=')[1] ?? ''),
      make('mine', `${signature.slice(0, -4)}AAAA`),
      make('mine', ''),
      tus.patch(address, 0, 'abcd', call),
      tus.head(address, call),
      stack.call('DELETE', address, { token: null, headers: { ...tusHeaders, 'x-signature': elsewhere } }),
    ]);
    expect(answers.map((answer) => answer.status)).toEqual([400, 400, 400, 400, 400, 400, 400]);
    expect(answers.slice(1, 4).map((answer) => answer.json()['code'])).toEqual([
      'InvalidSignature',
      'InvalidJWT',
      'InvalidSignature',
    ]);
  });

  test('a signature for one bucket opens no other whose id goes on where that one ends', async () => {
    await stack.sql(`insert into storage.buckets (id, name) values ('b/inner', 'b/inner')`);
    const values = `bucketName ${btoa('b/inner')},objectName ${btoa('mine')}`;
    const answer = await make('mine', await sign('inner/mine'), { headers: { 'upload-metadata': values } });
    expect([answer.status, answer.text]).toEqual([400, expect.stringContaining('another address')]);
  });
});

test('an upload is not to be read, nor are other methods known', async () => {
  const address = await tus.begin('unread', { length: 2 });
  expect((await stack.call('GET', address, { headers: tusHeaders })).status).toBe(404);
  expect((await stack.call('PUT', address, { headers: tusHeaders })).status).toBe(404);
});
