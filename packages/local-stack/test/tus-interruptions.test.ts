import { createHash } from 'node:crypto';
import { once } from 'node:events';
import { appendFile, readdir, readFile, writeFile } from 'node:fs/promises';
import { request, type ClientRequest, type IncomingMessage } from 'node:http';
import path from 'node:path';
import type { StorageStack } from './storage-client.js';
import { openStorage } from './storage-stack.js';
import { createTusClient, tusHeaders, type TusClient } from './tus-client.js';

// A started database takes its time on a busy machine.
jest.setTimeout(120_000);

let stack: StorageStack;
let tus: TusClient;

beforeAll(async () => {
  stack = await openStorage();
  await stack.makeBucket('b');
  tus = createTusClient(stack, 'b');
});
afterAll(() => stack.stop());

const uploads = (): string => path.join(stack.objectsDirectory, '.uploads');
const versionIn = (address: string): string =>
  Buffer.from(address.split('/').at(-1) ?? '', 'base64url')
    .toString()
    .slice(-36);
const fileOf = (address: string, kind: 'bytes' | 'json'): string =>
  path.join(uploads(), `${versionIn(address)}.${kind}`);
const filesOf = async (address: string): Promise<string[]> =>
  (await readdir(uploads())).filter((name) => name.startsWith(versionIn(address)));
const offsetOf = async (address: string): Promise<string | null> =>
  (await tus.head(address)).headers.get('upload-offset');
const read = async (key: string): Promise<string> => (await stack.call('GET', `/object/b/${key}`)).text;

/** A part that stays open after these bytes, until it is ended or cut; with the promise of its answer. */
async function openPart(
  address: string,
  sizeBytes: number,
  bytes: string,
): Promise<[ClientRequest, Promise<unknown[]>]> {
  const headers = { ...tusHeaders, authorization: `Bearer ${stack.serviceRoleKey}` };
  const part = request(stack.url + address, {
    method: 'PATCH',
    agent: false,
    headers: {
      ...headers,
      'upload-offset': '0',
      'content-type': 'application/offset+octet-stream',
      'content-length': sizeBytes,
    },
  });
  const answered = once(part, 'response').catch((thrown: unknown) => [thrown]);
  part.write(bytes);
  await until(async () => (await readFile(fileOf(address, 'bytes'), 'utf8')) === bytes);
  return [part, answered];
}

async function until(claim: () => Promise<boolean>): Promise<void> {
  while (!(await claim())) await new Promise((resolve) => setTimeout(resolve, 5));
}

const isAnswer = (value: unknown): value is IncomingMessage =>
  typeof value === 'object' && value !== null && 'statusCode' in value;
const told = async (answered: Promise<unknown[]>): Promise<unknown[]> => {
  const [answer] = await answered;
  if (!isAnswer(answer)) return [answer];
  answer.resume();
  return [answer.statusCode, answer.headers['upload-offset']];
};

test('a question for the offset ends an open part, which keeps what it has brought', async () => {
  const address = await tus.begin('asked', { length: 6 });
  const [part, answered] = await openPart(address, 6, 'abc');
  expect(await offsetOf(address)).toBe('3');
  expect(await told(answered)).toEqual([204, '3']);
  part.destroy();
  expect((await tus.patch(address, 3, 'def')).status).toBe(204);
  expect(await read('asked')).toBe('abcdef');
});

test('a newer part ends an open one, and is refused when it does not go on where that ended', async () => {
  const address = await tus.begin('newer', { length: 6 });
  const [part, answered] = await openPart(address, 6, 'abc');
  expect((await tus.patch(address, 0, 'xyz')).status).toBe(409);
  expect(await told(answered)).toEqual([204, '3']);
  part.destroy();
  expect((await tus.patch(address, 3, 'def')).status).toBe(204);
  expect(await read('newer')).toBe('abcdef');
});

test('a question waits for a part that came before it, even when nothing of that is written yet', async () => {
  await stack.sql(
    `create policy "slow" on storage.objects for insert to authenticated with check (pg_sleep(0.3) is not null)`,
  );
  const address = await tus.begin('overtaken', { length: 6 });
  const part = tus.patch(address, 0, 'abc', { token: stack.token({ role: 'authenticated' }) });
  await until(async () => (await stack.sql(`select from pg_stat_activity where wait_event = 'PgSleep'`)).length > 0);
  const offset = await offsetOf(address);
  await stack.sql('drop policy "slow" on storage.objects');
  expect([offset, (await part).headers.get('upload-offset')]).toEqual(['3', '3']);
});

test('asking what the server can does not end an open part', async () => {
  const address = await tus.begin('left-alone', { length: 6 });
  const [part, answered] = await openPart(address, 6, 'abc');
  expect((await stack.call('OPTIONS', address, { token: null })).status).toBe(204);
  part.end('def');
  expect(await told(answered)).toEqual([204, '6']);
  expect(await read('left-alone')).toBe('abcdef');
});

test('many who ask at once all learn the same offset', async () => {
  const address = await tus.begin('crowd', { length: 6 });
  const [part, answered] = await openPart(address, 6, 'abc');
  const offsets = await Promise.all(Array.from({ length: 12 }, () => offsetOf(address)));
  expect(new Set(offsets)).toEqual(new Set(['3']));
  expect(await told(answered)).toEqual([204, '3']);
  part.destroy();
});

test('deleting ends an open part, too', async () => {
  const address = await tus.begin('dropped', { length: 6 });
  const [part, answered] = await openPart(address, 6, 'abc');
  expect((await stack.call('DELETE', address, { headers: tusHeaders })).status).toBe(204);
  expect(await told(answered)).toEqual([204, '3']);
  part.destroy();
  expect(await filesOf(address)).toEqual([]);
});

test('of a part that was cut off, the bytes that came stay', async () => {
  const address = await tus.begin('cut', { length: 6 });
  const [part] = await openPart(address, 6, 'abcd');
  part.destroy();
  expect(await offsetOf(address)).toBe('4');
  expect((await tus.patch(address, 4, 'ef')).status).toBe(204);
  expect(await read('cut')).toBe('abcdef');
});

test('a part whose client left before its turn adds nothing and blocks nobody', async () => {
  const address = await tus.begin('left', { length: 6 });
  const [first, answered] = await openPart(address, 6, 'abc');
  const second = request(stack.url + address, {
    method: 'PATCH',
    agent: false,
    headers: {
      ...tusHeaders,
      authorization: `Bearer ${stack.serviceRoleKey}`,
      'upload-offset': '3',
      'content-type': 'application/offset+octet-stream',
      'content-length': 3,
    },
  });
  const gone = once(second, 'error');
  second.write('d');
  setTimeout(() => second.destroy(new Error('left')), 20);
  await gone;
  await told(answered);
  first.destroy();
  expect(['3', '4']).toContain(await offsetOf(address));
});

test('parts sent at random, cut at random, end as the same bytes', async () => {
  const bytes = Buffer.from(Array.from({ length: 200 }, (_value, index) => String(index)).join(','));
  const address = await tus.begin('patchwork', { length: bytes.byteLength });
  let seed = 42;
  const random = (below: number): number => (seed = (seed * 1103515245 + 12345) % 2147483648) % below;
  for (;;) {
    const offset = Number(await offsetOf(address));
    if (offset === bytes.byteLength) break;
    const part = bytes.subarray(offset, offset + 1 + random(120));
    const cut = new AbortController();
    if (random(2) === 0) setTimeout(() => cut.abort(), random(30));
    await fetch(stack.url + address, {
      method: 'PATCH',
      signal: cut.signal,
      headers: {
        ...tusHeaders,
        authorization: `Bearer ${stack.serviceRoleKey}`,
        'upload-offset': String(offset),
        'content-type': 'application/offset+octet-stream',
      },
      body: part,
    }).catch((thrown: unknown) => expect(thrown).toMatchObject({ name: 'AbortError' }));
  }
  expect(await read('patchwork')).toBe(bytes.toString());
});

describe('a crash between the last byte and the row', () => {
  /** As a server leaves it that is killed when all bytes are on disk and nothing is said of it. */
  const crashed = async (key: string): Promise<string> => {
    const address = await tus.begin(key, { length: 6, body: 'abcde' });
    await appendFile(fileOf(address, 'bytes'), 'f');
    return address;
  };

  test('is made good by the next question', async () => {
    const address = await crashed('crash-1');
    expect(await offsetOf(address)).toBe('6');
    expect(await read('crash-1')).toBe('abcdef');
    expect((await stack.call('GET', '/object/info/b/crash-1')).json()['etag']).toBe(
      `"${createHash('md5').update('abcdef').digest('hex')}"`,
    );
    expect(await filesOf(address)).toEqual([`${versionIn(address)}.json`]);
  });

  test('is told to the next who asks when another has the key meanwhile', async () => {
    const address = await crashed('crash-2');
    await stack.put('b/crash-2', 'other');
    expect((await tus.head(address)).status).toBe(409);
    expect([(await tus.head(address)).status, await filesOf(address)]).toEqual([404, []]);
    expect(await read('crash-2')).toBe('other');
  });

  test('after the row changes nothing: the object is not written again', async () => {
    const address = await tus.begin('crash-3', { length: 6, body: 'abc' });
    const record = await readFile(fileOf(address, 'json'));
    await tus.patch(address, 3, 'def');
    const before = await stack.sql(`select * from storage.objects where name = 'crash-3'`);
    await writeFile(fileOf(address, 'json'), record);
    await writeFile(fileOf(address, 'bytes'), 'abcdef');
    expect(await offsetOf(address)).toBe('6');
    expect(await stack.sql(`select * from storage.objects where name = 'crash-3'`)).toEqual(before);
    expect(await read('crash-3')).toBe('abcdef');
    expect(await filesOf(address)).toEqual([`${versionIn(address)}.json`]);
  });

  test('with a record that is not whole is an upload that is not there', async () => {
    const address = await tus.begin('crash-4', { length: 6, body: 'abc' });
    await writeFile(fileOf(address, 'json'), '{"version":');
    expect((await tus.head(address)).status).toBe(404);
  });
});

test('an upload survives a failing database and goes on', async () => {
  await stack.sql(`create function public.refuse() returns trigger language plpgsql as $$ begin
    if new.version is not null and current_user = 'supabase_admin' then raise exception 'no' using errcode = '57014'; end if; return new; end $$`);
  await stack.sql(
    `create trigger refuse before insert on storage.objects for each row execute function public.refuse()`,
  );
  const address = await tus.begin('later', { length: 6, body: 'abc' });
  const failed = await tus.patch(address, 3, 'def');
  await stack.sql('drop function public.refuse() cascade');
  expect(failed.status).toBe(544);
  expect(await offsetOf(address)).toBe('6');
  expect(await read('later')).toBe('abcdef');
});
