import { createHash, randomBytes } from 'node:crypto';
import { readdir } from 'node:fs/promises';
import { Agent, request } from 'node:http';
import { connect } from 'node:net';
import { text } from 'node:stream/consumers';
import type { StorageAnswer, StorageStack } from './storage-client.js';
import { openStorage } from './storage-stack.js';

// A started database takes its time on a busy machine.
jest.setTimeout(120_000);

let stack: StorageStack;

beforeAll(async () => void (stack = await openStorage()));
afterAll(() => stack.stop());

const plain = { 'content-type': 'text/plain' };
const md5 = (bytes: string | Uint8Array): string => createHash('md5').update(bytes).digest('hex');
const read = (path: string, headers: Readonly<Record<string, string>> = {}): Promise<StorageAnswer> =>
  stack.call('GET', `/object/${path}`, { headers });
const info = async (path: string): Promise<Record<string, unknown>> =>
  (await stack.call('GET', `/object/info/${path}`)).json();

/** Names of the files that hold bytes, or are about to. */
async function filesOnDisk(): Promise<string[]> {
  const entries = await readdir(stack.objectsDirectory, { recursive: true, withFileTypes: true });
  return entries
    .filter((entry) => entry.isFile())
    .map((entry) => entry.name)
    .sort();
}
const versions = async (): Promise<unknown[]> =>
  (await stack.sql('select version from storage.objects order by version')).map((row) => row['version']);

afterEach(async () => expect(await filesOnDisk()).toEqual(await versions()));

describe('buckets', () => {
  test('keep their settings, and an update changes only what it names', async () => {
    await stack.makeBucket('Settings 1', { file_size_limit: '20MB', allowed_mime_types: ['image/*'] });
    const made = (await stack.call('GET', '/bucket/Settings 1')).json();
    expect(made).toEqual({
      id: 'Settings 1',
      name: 'Settings 1',
      owner: '',
      public: false,
      file_size_limit: 20_000_000,
      allowed_mime_types: ['image/*'],
      created_at: expect.stringMatching(/Z$/),
      updated_at: made['created_at'],
    });
    const updated = await stack.call('PUT', '/bucket/Settings 1', { body: { public: true, file_size_limit: null } });
    expect(updated.json()).toEqual({ message: 'Successfully updated' });
    expect((await stack.call('GET', '/bucket/Settings 1')).json()).toEqual({
      ...made,
      public: true,
      file_size_limit: null,
    });
  });

  test('are found by a part of their name, with its signs taken literally', async () => {
    for (const name of ['find_one', 'find-two', 'FIND 3']) await stack.makeBucket(name);
    const found = async (query: string): Promise<unknown[]> =>
      (await stack.call('GET', `/bucket?${query}`)).json().map((bucket) => `${bucket['name']} ${bucket['type']}`);
    expect(await found('search=find')).toEqual(['FIND 3 STANDARD', 'find-two STANDARD', 'find_one STANDARD']);
    expect(await found('search=d_o')).toEqual(['find_one STANDARD']);
    expect(await found('search=%25')).toEqual([]);
    expect(await found('search=find&limit=1&offset=1&sortColumn=name&sortOrder=desc')).toEqual(['find-two STANDARD']);
  });

  test('made by SQL answer at once', async () => {
    await stack.sql(`insert into storage.buckets (id, name) values ('by sql', 'by sql')`);
    await stack.put('by sql/a', 'x');
    expect((await read('by sql/a')).text).toBe('x');
  });

  test('are emptied, bytes included, and can then be deleted', async () => {
    await stack.makeBucket('short');
    for (const key of ['a', 'b/c']) await stack.put(`short/${key}`, key);
    const emptied = await stack.call('POST', '/bucket/short/empty', { body: {} });
    expect(emptied.json()).toEqual({ message: 'Empty bucket has been queued. Completion may take up to an hour.' });
    const deleted = await stack.call('DELETE', '/bucket/short', { body: {} });
    expect(deleted.json()).toEqual({ message: 'Successfully deleted' });
  });
});

describe('an upload', () => {
  beforeAll(() => stack.makeBucket('up', { public: true }));

  test('is stored as sent: type, cache rule, metadata, hash', async () => {
    const metadata = Buffer.from(JSON.stringify({ ключ: ['ä'], nested: { a_b: 1 } })).toString('base64');
    const headers = {
      'content-type': 'text/csv; header=present',
      'cache-control': 'max-age=60',
      'x-metadata': metadata,
    };
    const answer = await stack.call('POST', '/object/up/stored.csv', { body: 'a,b', headers });
    expect(answer.json()).toEqual({ Key: 'up/stored.csv', Id: expect.stringMatching(/^[0-9a-f-]{36}$/) });
    expect(await info('up/stored.csv')).toEqual({
      id: answer.json()['Id'],
      name: 'stored.csv',
      version: expect.any(String),
      bucket_id: 'up',
      size: 3,
      content_type: 'text/csv; header=present',
      cache_control: 'max-age=60',
      etag: `"${md5('a,b')}"`,
      metadata: { ключ: ['ä'], nested: { a_b: 1 } },
      last_modified: expect.any(String),
      created_at: expect.any(String),
    });
  });

  test('by a form takes the type of its file', async () => {
    const form = new FormData();
    form.append('cacheControl', '7');
    form.append('metadata', '{"a":1}');
    form.append('', new Blob(['bytes'], { type: 'image/png' }));
    expect((await stack.call('POST', '/object/up/form.png', { body: form })).status).toBe(200);
    expect(await info('up/form.png')).toMatchObject({
      size: 5,
      content_type: 'image/png',
      cache_control: 'max-age=7',
      metadata: { a: 1 },
    });
    expect((await read('up/form.png')).text).toBe('bytes');
  });

  test('replaces only when told to, and then keeps id and birth but not version and metadata', async () => {
    await stack.put('up/again', 'one', { 'x-metadata': Buffer.from('{"a":1}').toString('base64') });
    const before = await info('up/again');
    await stack.put('up/again', 'two!', { 'x-upsert': 'true' });
    const after = await info('up/again');
    expect(after).toMatchObject({ id: before['id'], created_at: before['created_at'], size: 4, metadata: {} });
    expect(after['version']).not.toBe(before['version']);
    expect((await read('up/again')).text).toBe('two!');
  });

  test('by PUT makes what is not there', async () => {
    expect((await stack.call('PUT', '/object/up/put', { body: 'x', headers: plain })).status).toBe(200);
    expect((await stack.call('PUT', '/object/up/put', { body: 'xy', headers: plain })).status).toBe(200);
    expect((await read('up/put')).text).toBe('xy');
  });

  test('of nothing is an object of size 0, whose ranges cannot be had', async () => {
    await stack.put('up/empty', '');
    expect(await info('up/empty')).toMatchObject({ size: 0, etag: `"${md5('')}"` });
    expect((await read('up/empty')).headers.get('content-length')).toBe('0');
    expect((await read('up/empty', { range: 'bytes=0-' })).status).toBe(416);
  });

  test('round-trips every sign a key may have', async () => {
    const key = "A-z_0/!.*'() &$=@;:+,?-/x";
    const path = `up/${key.split('/').map(encodeURIComponent).join('/')}`;
    await stack.put(path, 'signs');
    expect((await read(path)).text).toBe('signs');
    expect((await info(path))['name']).toBe(key);
  });

  test('of which one of many at once wins is told to all others', async () => {
    const bodies = Array.from({ length: 6 }, (_value, index) => `writer ${index}`);
    const answers = await Promise.all(
      bodies.map((body) => stack.call('POST', '/object/up/race', { body, headers: plain })),
    );
    expect(answers.filter((answer) => answer.status === 200)).toHaveLength(1);
    const winner = bodies[answers.findIndex((answer) => answer.status === 200)];
    expect((await read('up/race')).text).toBe(winner);
  });

  test('with upsert of many at once leaves one whole object', async () => {
    const bodies = Array.from({ length: 6 }, (_value, index) => `writer ${index}`.repeat(index + 1));
    const answers = await Promise.all(
      bodies.map((body) => stack.call('PUT', '/object/up/upsert-race', { body, headers: plain })),
    );
    expect(answers.map((answer) => answer.status)).toEqual(bodies.map(() => 200));
    const left = await read('up/upsert-race');
    expect(bodies).toContain(left.text);
    expect(left.headers.get('etag')).toBe(`"${md5(left.text)}"`);
  });

  test('of 64 MiB comes back byte for byte', async () => {
    await stack.setGlobalFileSizeLimit(100 * 1024 * 1024);
    const block = randomBytes(1024 * 1024);
    const hash = createHash('md5');
    async function* body(): AsyncGenerator<Uint8Array> {
      for (let index = 0; index < 64; index += 1) {
        block.writeUInt32BE(index);
        hash.update(block);
        yield Buffer.from(block);
      }
    }
    const url = `${stack.url}/object/up/large`;
    const headers = { authorization: `Bearer ${stack.serviceRoleKey}`, 'content-type': 'application/octet-stream' };
    const sent = await fetch(url, { method: 'POST', headers, body: ReadableStream.from(body()), duplex: 'half' });
    expect(sent.status).toBe(200);
    await sent.text();
    const got = createHash('md5');
    let sizeBytes = 0;
    const received = await fetch(url, { headers });
    for await (const chunk of received.body ?? []) {
      got.update(chunk);
      sizeBytes += chunk.byteLength;
    }
    expect([sizeBytes, got.digest('hex')]).toEqual([64 * 1024 * 1024, hash.digest('hex')]);
  });
});

describe('a refused upload', () => {
  beforeAll(() => stack.makeBucket('limited', { file_size_limit: 1000, allowed_mime_types: ['text/*'] }));

  test('leaves the older object as it was', async () => {
    await stack.put('limited/old', 'old');
    const answer = await stack.call('PUT', '/object/limited/old', { body: 'x'.repeat(1001), headers: plain });
    expect(answer.json()).toMatchObject({ code: 'EntityTooLarge' });
    expect((await read('limited/old')).text).toBe('old');
  });

  test('is counted while it streams when its length is not known', async () => {
    const headers = { authorization: `Bearer ${stack.serviceRoleKey}`, ...plain };
    const body = ReadableStream.from([Buffer.alloc(600), Buffer.alloc(600)]);
    const url = `${stack.url}/object/limited/chunked`;
    const answer = await fetch(url, { method: 'POST', headers, body, duplex: 'half' });
    expect(await answer.json()).toMatchObject({ code: 'EntityTooLarge' });
  });

  test('by a form is counted too', async () => {
    const form = new FormData();
    form.append('', new Blob(['x'.repeat(5000)], { type: 'text/plain' }));
    expect((await stack.call('POST', '/object/limited/form', { body: form })).json()).toMatchObject({
      code: 'EntityTooLarge',
    });
  });

  test.each([{}, { 'transfer-encoding': 'chunked' }])(
    'of 6 MiB is answered, and its connection serves the next request (%j)',
    async (more) => {
      const agent = new Agent({ keepAlive: true, maxSockets: 1 });
      const send = (
        method: string,
        path: string,
        body?: Uint8Array,
      ): Promise<{ status: number; text: string; reused: boolean }> =>
        new Promise((resolve, reject) => {
          const headers = { authorization: `Bearer ${stack.serviceRoleKey}`, ...plain, ...(body && more) };
          const sent = request(stack.url + path, { method, agent, headers }, (response) => {
            text(response).then(
              (body) => resolve({ status: response.statusCode ?? 0, text: body, reused: sent.reusedSocket }),
              reject,
            );
          });
          sent.on('error', reject);
          sent.end(body);
        });
      const places = ['limited/big', 'none/big', 'limited/a~b', 'limited/100%'].map((place) => `/object/${place}`);
      for (const path of [...places, '/no/such/route']) {
        const refused = await send('POST', path, Buffer.alloc(6 * 1024 * 1024));
        expect([refused.status >= 400, JSON.parse(refused.text)]).toMatchObject([true, { code: expect.any(String) }]);
        expect(await send('GET', '/bucket/limited')).toMatchObject({ status: 200, reused: true });
      }
      agent.destroy();
    },
  );

  const formStart = [
    '--edge',
    'content-disposition: form-data; name=""; filename="a"',
    'content-type: text/plain',
    '',
    '',
  ];
  test.each([
    ['a plain body', 'text/plain', ''],
    ['a form', 'multipart/form-data; boundary=edge', formStart.join('\r\n')],
  ])(
    'whose client goes away in the middle of %s leaves the older object, and nothing beside it',
    async (_what, type, start) => {
      await stack.put('limited/half', 'whole', { 'x-upsert': 'true' });
      const before = await info('limited/half');
      const { hostname, port, pathname } = new URL(`${stack.url}/object/limited/half`);
      const socket = connect(Number(port), hostname);
      const head = [`PUT ${pathname} HTTP/1.1`, `host: ${hostname}`, `authorization: Bearer ${stack.serviceRoleKey}`];
      const sent = `${start}${'x'.repeat(100)}`;
      socket.write([...head, `content-type: ${type}`, 'content-length: 900', '', sent].join('\r\n'));
      await until(async () => (await filesOnDisk()).length > (await versions()).length);
      socket.destroy();
      await until(async () => (await filesOnDisk()).length === (await versions()).length);
      expect([await info('limited/half'), (await read('limited/half')).text]).toEqual([before, 'whole']);
    },
  );

  test.each(['a/../../up', 'a/%2e%2e/%2E./up', 'a\\..\\..\\up', 'a#/../../up', 'a%2F..%2F..%2Fup'])(
    'into another bucket by a path that the client did not resolve is refused: %s',
    async (climb) => {
      const { hostname, port } = new URL(stack.url);
      const status = await new Promise((resolve, reject) => {
        const path = `/storage/v1/object/limited/${climb}/stolen`;
        const headers = { authorization: `Bearer ${stack.serviceRoleKey}`, ...plain };
        request({ hostname, port, path, method: 'POST', headers }, (response) => {
          text(response).then(() => resolve(response.statusCode), reject);
        })
          .on('error', reject)
          .end('x');
      });
      expect(status).toBe(400);
      expect(await stack.sql(`select from storage.objects where name like '%stolen'`)).toEqual([]);
    },
  );
});

/** Waits for something that another process's timing decides. */
async function until(claim: () => Promise<boolean>): Promise<void> {
  const deadline = Date.now() + 10_000;
  while (!(await claim())) {
    if (Date.now() > deadline) throw new Error('It did not become true within ten seconds.');
    await new Promise((resolve) => setTimeout(resolve, 10));
  }
}

describe('a download', () => {
  beforeAll(async () => {
    await stack.makeBucket('down', { public: true });
    await stack.put('down/digits', '0123456789', { 'cache-control': 'max-age=3600' });
    await stack.put('down/page.html', '<p>', { 'content-type': 'text/html; charset=utf-8' });
  });

  test('says what it is', async () => {
    const { headers } = await read('down/digits');
    expect(Object.fromEntries(headers)).toMatchObject({
      'accept-ranges': 'bytes',
      'cache-control': 'max-age=3600',
      'content-length': '10',
      'content-type': 'text/plain',
      etag: `"${md5('0123456789')}"`,
      'last-modified': expect.stringMatching(/GMT$/),
      'x-robots-tag': 'none',
    });
  });

  test('of a page is no page', async () => {
    expect((await read('down/page.html')).headers.get('content-type')).toBe('text/plain; charset=utf-8');
  });

  test('by HEAD has the headers and no body', async () => {
    for (const path of ['down/digits', 'public/down/digits', 'authenticated/down/digits']) {
      const answer = await stack.call('HEAD', `/object/${path}`);
      expect([answer.status, answer.text, answer.headers.get('content-length')]).toEqual([200, '', '10']);
    }
  });

  test.each([
    ['bytes=0-3', '0123', 'bytes 0-3/10'],
    ['bytes=7-', '789', 'bytes 7-9/10'],
    ['bytes=-2', '89', 'bytes 8-9/10'],
    ['bytes=8-99', '89', 'bytes 8-9/10'],
  ])('of %s gives %s', async (range, expected, contentRange) => {
    const answer = await read('down/digits', { range, 'if-range': '"other"' });
    expect([answer.status, answer.text, answer.headers.get('content-range')]).toEqual([206, expected, contentRange]);
  });

  test('of what has not changed is only said to be so', async () => {
    const etag = `"${md5('0123456789')}"`;
    const soon = new Date(Date.now() + 5000).toUTCString();
    expect((await read('down/digits', { 'if-none-match': etag })).status).toBe(304);
    expect((await read('down/digits', { 'if-modified-since': soon })).status).toBe(304);
    expect((await read('down/digits', { 'if-modified-since': new Date(0).toUTCString() })).status).toBe(200);
    const other = await read('down/digits', { 'if-none-match': '"other"' });
    expect([other.status, other.headers.get('cache-control')]).toEqual([
      200,
      'max-age=3600, stale-while-revalidate=30',
    ]);
  });

  test.each([
    ['', 'attachment;'],
    ['a b.txt', "attachment; filename=a%20b.txt; filename*=UTF-8''a%20b.txt;"],
  ])('asked for as %j is an attachment', async (name, disposition) => {
    const answer = await read(`public/down/digits?download=${encodeURIComponent(name)}`);
    expect(answer.headers.get('content-disposition')).toBe(disposition);
  });

  test('whose client goes away half-way harms nobody', async () => {
    await stack.put('down/longer', Buffer.alloc(4 * 1024 * 1024));
    const abort = new AbortController();
    const answer = await fetch(`${stack.url}/object/public/down/longer`, { signal: abort.signal });
    abort.abort();
    await expect(answer.text()).rejects.toThrow();
    expect((await read('down/digits')).text).toBe('0123456789');
  });

  test('while the object is replaced again and again is always one whole version', async () => {
    const replace = async (): Promise<void> => {
      for (let round = 0; round < 15; round += 1) {
        await stack.put('down/moving', `round ${round} `.repeat(round + 1), { 'x-upsert': 'true' });
      }
    };
    await stack.put('down/moving', 'start');
    let replaced = false;
    const writing = replace().finally(() => (replaced = true));
    const answers: StorageAnswer[] = [];
    while (!replaced) answers.push(await read('down/moving'));
    await writing;
    expect(answers.map((answer) => answer.headers.get('etag'))).toEqual(
      answers.map((answer) => `"${md5(answer.text)}"`),
    );
  });

  test('of a row whose bytes are not there is a missing object', async () => {
    await stack.sql(`insert into storage.objects (bucket_id, name, version) values ('down', 'ghost', '../secret')`);
    expect((await read('down/ghost')).json()).toMatchObject({ code: 'NoSuchKey' });
    await stack.call('DELETE', '/object/down/ghost');
  });
});

describe('a transfer', () => {
  beforeAll(async () => {
    await stack.makeBucket('from');
    await stack.makeBucket('to');
  });
  const metadata = { 'x-metadata': Buffer.from('{"a":1}').toString('base64') };

  test('by move keeps id, birth and metadata, gets a new version and leaves the old place', async () => {
    await stack.put('from/a', 'bytes', metadata);
    const before = await info('from/a');
    const body = { bucketId: 'from', sourceKey: 'a', destinationKey: 'x/b', destinationBucket: 'to' };
    expect((await stack.call('POST', '/object/move', { body })).json()).toEqual({ message: 'Successfully moved' });
    const after = await info('to/x/b');
    expect(after).toEqual({
      ...before,
      name: 'x/b',
      bucket_id: 'to',
      version: after['version'],
      last_modified: after['last_modified'],
    });
    expect(after['version']).not.toBe(before['version']);
    expect((await read('to/x/b')).text).toBe('bytes');
    expect((await read('from/a')).json()).toMatchObject({ code: 'NoSuchKey' });
  });

  test('by move onto itself succeeds', async () => {
    await stack.put('from/self', 'bytes');
    const body = { bucketId: 'from', sourceKey: 'self', destinationKey: 'self' };
    expect((await stack.call('POST', '/object/move', { body })).status).toBe(200);
    expect((await read('from/self')).text).toBe('bytes');
  });

  test('by copy makes an object of its own', async () => {
    await stack.put('from/c', 'bytes', metadata);
    const body = { bucketId: 'from', sourceKey: 'c', destinationKey: 'd' };
    const answer = (await stack.call('POST', '/object/copy', { body })).json();
    expect(answer).toMatchObject({ Key: 'from/d', Id: answer['id'], name: 'd', user_metadata: { a: 1 } });
    await stack.call('DELETE', '/object/from/c');
    expect((await read('from/d')).text).toBe('bytes');
    expect((await info('from/d'))['id']).toBe(answer['Id']);
  });

  test('by copy can give other metadata, and overwrites when told to', async () => {
    await stack.put('from/e', 'bytes', metadata);
    await stack.put('to/e', 'old');
    const body = {
      bucketId: 'from',
      sourceKey: 'e',
      destinationKey: 'e',
      destinationBucket: 'to',
      copyMetadata: false,
      metadata: { mimetype: 'image/png', cacheControl: 'max-age=1' },
    };
    expect((await stack.call('POST', '/object/copy', { body, headers: { 'x-upsert': 'true' } })).status).toBe(200);
    expect(await info('to/e')).toMatchObject({
      content_type: 'image/png',
      cache_control: 'max-age=1',
      size: 5,
      metadata: null,
    });
  });
});

describe('removing', () => {
  beforeAll(() => stack.makeBucket('gone'));

  test('says what was there and nothing of the rest', async () => {
    for (const key of ['a', 'b', 'folder/c']) await stack.put(`gone/${key}`, key);
    const answer = await stack.call('DELETE', '/object/gone', { body: { prefixes: ['a', 'folder', 'none', 'b'] } });
    expect(
      answer
        .json()
        .map((row) => row['name'])
        .sort(),
    ).toEqual(['a', 'b']);
    expect((await read('gone/folder/c')).text).toBe('folder/c');
    const missing = await stack.call('DELETE', '/object/no bucket', { body: { prefixes: ['a'] } });
    expect([missing.status, missing.json()]).toEqual([200, []]);
  });

  test('takes more than a thousand keys', async () => {
    await stack.put('gone/last', 'x');
    const prefixes = [...Array.from({ length: 1000 }, (_value, index) => `none ${index}`), 'last'];
    expect((await stack.call('DELETE', '/object/gone', { body: { prefixes } })).json()).toMatchObject([
      { name: 'last' },
    ]);
  });

  test('of one object by many at once is denied to nobody: it is there once', async () => {
    await stack.put('gone/contested', 'x');
    await stack.sql(`create function public.slowly() returns trigger language plpgsql as $$ begin
      perform pg_sleep(0.3); return old; end $$`);
    await stack.sql(
      `create trigger slowly before delete on storage.objects for each row execute function public.slowly()`,
    );
    const answers = await Promise.all([1, 2, 3].map(() => stack.call('DELETE', '/object/gone/contested')));
    await stack.sql('drop function public.slowly() cascade');
    expect(answers.map((answer) => answer.json()['code']).sort()).toEqual(['NoSuchKey', 'NoSuchKey', undefined]);
  });

  test('of one object says when it is not there', async () => {
    await stack.put('gone/one', 'x');
    const remove = (): Promise<StorageAnswer> => stack.call('DELETE', '/object/gone/one');
    expect((await remove()).json()).toEqual({ message: 'Successfully deleted' });
    expect((await remove()).json()).toMatchObject({ code: 'NoSuchKey' });
  });
});

test('many who write, move, copy, remove and read the same few keys never fail it, tear it or lose track of bytes', async () => {
  for (const bucket of ['left', 'right']) await stack.makeBucket(bucket);
  let seed = 7n;
  const oneOf = <T>(...choices: readonly T[]): T => {
    seed = (seed * 1103515245n + 12345n) % 2147483648n;
    return choices[Math.floor((Number(seed) / 2147483648) * choices.length)] as T;
  };
  const place = (): [bucket: string, key: string] => [oneOf('left', 'right'), oneOf('k1', 'k2')];
  const send = (round: number): Promise<StorageAnswer> => {
    const [[bucketId, sourceKey], [destinationBucket, destinationKey]] = [place(), place()];
    const path = `/object/${bucketId}/${sourceKey}`;
    const transfer = { body: { bucketId, sourceKey, destinationBucket, destinationKey } };
    const writing = { body: `round ${round} `.repeat(round), headers: plain };
    return oneOf(
      () => stack.call('PUT', path, writing),
      () => stack.call('POST', path, writing),
      () => stack.call('POST', '/object/move', transfer),
      () => stack.call('POST', '/object/copy', { ...transfer, headers: { 'x-upsert': oneOf('true', 'false') } }),
      () => stack.call('DELETE', path),
      () => stack.call('GET', path),
    )();
  };
  let round = 0;
  const answers: StorageAnswer[] = [];
  const work = async (): Promise<void> => {
    while (round < 240) answers.push(await send((round += 1)));
  };
  await Promise.all(Array.from({ length: 12 }, work));
  const codes = new Set(answers.filter(({ status }) => status !== 200).map((answer) => answer.json()['code']));
  expect([...codes].sort()).toEqual(['KeyAlreadyExists', 'NoSuchKey', 'ResourceAlreadyExists']);
  const downloads = answers.filter(({ headers }) => headers.has('etag'));
  expect(downloads.map(({ headers }) => headers.get('etag'))).toEqual(downloads.map((read) => `"${md5(read.text)}"`));
});

describe('a signed address', () => {
  const stranger = { token: null };
  const key = 'a+b & (c)=d@e;f:g,h$.txt';
  const encoded = encodeURIComponent(key);
  beforeAll(async () => {
    await stack.makeBucket('signed');
    await stack.put(`signed/${encoded}`, '0123');
    await stack.put('signed/plain.txt', 'plain');
  });
  const sign = async (path: string, expiresIn = 60): Promise<string> =>
    String((await stack.call('POST', `/object/sign/${path}`, { body: { expiresIn } })).json()['signedURL']);

  test('lets anybody read until it expires', async () => {
    const url = await sign('signed/plain.txt');
    expect(url).toMatch(/^\/object\/sign\/signed\/plain\.txt\?token=/);
    const answer = await stack.call('GET', `${url}&download=x`, { ...stranger, headers: { range: 'bytes=1-2' } });
    expect([answer.status, answer.text, answer.headers.get('cache-control')]).toEqual([206, 'la', null]);
    expect(Date.parse(answer.headers.get('expires') ?? '')).toBeGreaterThan(Date.now());
    expect((await stack.call('HEAD', url, stranger)).status).toBe(200);
  });

  test('for many says which could not be had', async () => {
    const body = { expiresIn: 60, paths: [key, 'none'] };
    const [first, second] = (await stack.call('POST', '/object/sign/signed', { body })).json();
    expect(first).toMatchObject({ path: key, error: null });
    expect(second).toEqual({ path: 'none', error: expect.any(String), signedURL: null });
    const token = String(first?.['signedURL']).split('?token=')[1];
    expect((await stack.call('GET', `/object/sign/signed/${encoded}?token=${token}`, stranger)).text).toBe('0123');
  });

  test('made from an encoded key does not work, as on the hosted service', async () => {
    const url = await sign(`signed/${encoded}`);
    const answer = await stack.call('GET', encodeURI(url), stranger);
    expect(answer.json()).toMatchObject({ code: 'InvalidKey' });
  });

  test('is bound to its object, its purpose and its time', async () => {
    const token = (await sign('signed/plain.txt')).split('?token=')[1];
    const codeOf = async (method: string, path: string): Promise<unknown> =>
      (await stack.call(method, path, { ...stranger, ...(method === 'PUT' && { body: 'x' }) })).json()['code'];
    expect(await codeOf('GET', `/object/sign/signed/${encoded}?token=${token}`)).toBe('InvalidSignature');
    expect(await codeOf('PUT', `/object/upload/sign/signed/plain.txt?token=${token}`)).toBe('InvalidSignature');
    const old = stack.token({ url: 'signed/plain.txt', scope: 'download', iat: 1, exp: 2 });
    expect(await codeOf('GET', `/object/sign/signed/plain.txt?token=${old}`)).toBe('InvalidJWT');
    const upload = (await stack.call('POST', '/object/upload/sign/signed/other')).json();
    expect(await codeOf('GET', `/object/sign/signed/other?token=${upload['token']}`)).toBe('InvalidSignature');
  });

  test('dies with its object', async () => {
    await stack.put('signed/mortal', 'x');
    const url = await sign('signed/mortal');
    await stack.call('DELETE', '/object/signed/mortal');
    expect((await stack.call('GET', url, stranger)).json()).toMatchObject({ code: 'NoSuchKey' });
  });

  test('for an upload needs no other right and obeys its own upsert', async () => {
    const sub = 'somebody';
    const token = stack.token({ role: 'service_role', sub });
    const make = async (headers = {}): Promise<string> =>
      String((await stack.call('POST', '/object/upload/sign/signed/new', { token, headers })).json()['url']);
    const upload = (url: string): Promise<StorageAnswer> =>
      stack.call('PUT', url, { ...stranger, body: 'signed', headers: { ...plain, 'x-upsert': 'true' } });
    const once = await make();
    expect((await upload(once)).json()).toEqual({ Key: 'signed/new' });
    expect((await upload(once)).json()).toMatchObject({ code: 'KeyAlreadyExists' });
    expect((await upload(await make({ 'x-upsert': 'true' }))).status).toBe(200);
    expect(await stack.sql(`select owner, owner_id from storage.objects where name = 'new'`)).toEqual([
      { owner: null, owner_id: sub },
    ]);
  });
});
