import { openStorage } from './storage-stack.js';
import type { StorageAnswer, StorageCall, StorageStack } from './storage-client.js';

// A started database takes its time on a busy machine.
jest.setTimeout(120_000);

let stack: StorageStack;

beforeAll(async () => {
  stack = await openStorage();
  await stack.makeBucket('b');
  await stack.makeBucket('open', { public: true });
  await stack.makeBucket('narrow', { file_size_limit: 4, allowed_mime_types: ['image/png'] });
  await stack.makeBucket('texts', { allowed_mime_types: ['text/plain'] });
  await stack.makeBucket('any texts', { allowed_mime_types: ['text/*'] });
});
afterAll(() => stack.stop());

const call = (method: string, path: string, more: StorageCall = {}): Promise<StorageAnswer> =>
  stack.call(method, path, more);
const bucketOf = async (id: string) => Object((await call('GET', `/bucket/${id}`)).json());
const upload = (path: string, type: string, body = 'x', headers: Readonly<Record<string, string>> = {}) =>
  call('POST', `/object/${path}`, { body, headers: { 'content-type': type, ...headers } });
const infoOf = async (path: string) => Object((await call('GET', `/object/info/${path}`)).json());
const codeOf = (answer: StorageAnswer): unknown => (answer.status === 200 ? 200 : answer.json()['code']);
const namesIn = async (path: string, body: object): Promise<unknown> =>
  (await call('POST', path, { body })).json().map(({ name }) => name);
const signedUrl = async (path: string, expiresIn = 60): Promise<string> =>
  String((await call('POST', `/object/sign/${path}`, { body: { expiresIn } })).json()['signedURL']);
const claimsOf = (address: unknown): object =>
  JSON.parse(Buffer.from(String(address).split('.')[1] ?? '', 'base64url').toString());

interface Row {
  readonly rule: string;
  readonly see: () => Promise<unknown>;
  readonly is: unknown;
}

/** What the real server does beside failing, by the rule it follows. Errors and policies have tables of their own. */
const rows: readonly Row[] = [
  {
    rule: 'bucket: a list says the type, a single bucket does not',
    see: async () => ['type' in (await bucketOf('b')), 'type' in Object((await call('GET', '/bucket')).json()[0])],
    is: [false, true],
  },
  {
    rule: 'bucket: limits have decimal units, and null clears them',
    see: async () => {
      await stack.makeBucket('sized', { file_size_limit: '20MB', allowed_mime_types: ['text/*'] });
      const before = await bucketOf('sized');
      await call('PUT', '/bucket/sized', { body: { file_size_limit: null, allowed_mime_types: null } });
      const after = await bucketOf('sized');
      return [before.file_size_limit, after.file_size_limit, after.allowed_mime_types];
    },
    is: [20_000_000, null, null],
  },
  {
    rule: 'bucket: updated_at never changes',
    see: async () => {
      const before = await bucketOf('open');
      await call('PUT', '/bucket/open', { body: { file_size_limit: 1_000_000 } });
      const after = await bucketOf('open');
      return [after.file_size_limit, after.updated_at === before.updated_at];
    },
    is: [1_000_000, true],
  },
  {
    rule: 'bucket: settings that the server does not have are ignored',
    see: async () => {
      await stack.makeBucket('versions', { versioning_status: 'ENABLED' });
      return stack.sql(`select versioning_status from storage.buckets where id = 'versions'`);
    },
    is: [{ versioning_status: null }],
  },
  {
    rule: 'bucket: whoever makes one is told its name',
    see: async () => (await call('POST', '/bucket', { body: { id: 'told', name: 'told' } })).json(),
    is: { name: 'told' },
  },
  {
    rule: 'bucket: a stranger sees none, without an error',
    see: async () => (await call('GET', '/bucket', { token: stack.anonKey })).text,
    is: '[]',
  },
  {
    rule: 'upload: the type is kept as it was sent',
    see: async () => {
      await upload('b/typed', 'text/plain;charset=UTF-8');
      return (await infoOf('b/typed')).content_type;
    },
    is: 'text/plain;charset=UTF-8',
  },
  {
    rule: 'upload: a type with a parameter passes a wildcard and no exact type',
    see: async () => [
      codeOf(await upload('any texts/a', 'text/plain;charset=UTF-8')),
      codeOf(await upload('texts/a', 'text/plain;charset=UTF-8')),
      codeOf(await upload('texts/a', 'text/plain')),
    ],
    is: [200, 'InvalidMimeType', 200],
  },
  {
    rule: 'upload: without metadata it is empty, after a copy without metadata null',
    see: async () => {
      await upload('b/bare', 'text/plain');
      const body = { bucketId: 'b', sourceKey: 'bare', destinationKey: 'bare copy', copyMetadata: false };
      await call('POST', '/object/copy', { body });
      return [(await infoOf('b/bare')).metadata, (await infoOf('b/bare copy')).metadata];
    },
    is: [{}, null],
  },
  {
    rule: 'upload: an upsert that brings metadata replaces the old, one that brings none removes it',
    see: async () => {
      const metadata = (value: object) => ({ 'x-metadata': Buffer.from(JSON.stringify(value)).toString('base64') });
      const seen: unknown[] = [];
      for (const headers of [metadata({ a: 1 }), metadata({ b: 2 }), {}]) {
        await upload('b/described', 'text/plain', 'x', { 'x-upsert': 'true', ...headers });
        seen.push((await infoOf('b/described')).metadata);
      }
      return seen;
    },
    is: [{ a: 1 }, { b: 2 }, {}],
  },
  {
    rule: 'upload: an empty file in a form is an object of nothing',
    see: async () => {
      const body = new FormData();
      body.append('', new Blob([], { type: 'image/png' }));
      await call('POST', '/object/narrow/empty', { body });
      const { size, content_type, etag } = await infoOf('narrow/empty');
      return [size, content_type, etag];
    },
    is: [0, 'image/png', '"d41d8cd98f00b204e9800998ecf8427e"'],
  },
  {
    rule: 'upload: the placeholder of an empty folder is asked for no type',
    see: async () => codeOf(await upload('narrow/folder/.emptyFolderPlaceholder', 'text/plain', '')),
    is: 200,
  },
  {
    rule: 'key: case counts, an encoded sign is the sign itself, and 1024 bytes are not too many',
    see: async () => {
      const longest = 'x'.repeat(1019);
      for (const key of ['Key', 'key', 'a%20b', longest]) await stack.put(`b/key/${key}`, key);
      const texts = [await call('GET', '/object/b/key/Key'), await call('GET', '/object/b/key/key')];
      return [texts.map(({ text }) => text), await namesIn('/object/list/b', { prefix: 'key' })];
    },
    is: [
      ['Key', 'key'],
      ['a b', expect.stringMatching(/^key$/i), expect.stringMatching(/^key$/i), 'x'.repeat(1019)],
    ],
  },
  {
    rule: 'upload: a file and a folder of one name live together',
    see: async () => {
      await upload('b/dual', 'text/plain', 'file');
      await upload('b/dual/child', 'text/plain', 'child');
      return [(await call('GET', '/object/b/dual')).text, (await call('GET', '/object/b/dual/child')).text];
    },
    is: ['file', 'child'],
  },
  {
    rule: 'transfer: a move and a copy ask nothing about the limits of the other bucket',
    see: async () => {
      await upload('b/large', 'text/plain', 'far too large');
      const to = { bucketId: 'b', sourceKey: 'large', destinationBucket: 'narrow' };
      const copied = await call('POST', '/object/copy', { body: { ...to, destinationKey: 'copied' } });
      const moved = await call('POST', '/object/move', { body: { ...to, destinationKey: 'moved' } });
      return [codeOf(copied), codeOf(moved)];
    },
    is: [200, 200],
  },
  {
    rule: 'transfer: a copy tells its whole place, a move only that it was done',
    see: async () => {
      await upload('b/told', 'text/plain');
      const places = (destinationKey: string) => ({ body: { bucketId: 'b', sourceKey: 'told', destinationKey } });
      const copied = (await call('POST', '/object/copy', places('told copy'))).json()['Key'];
      return [copied, (await call('POST', '/object/move', places('told move'))).json()];
    },
    is: ['b/told copy', { message: 'Successfully moved' }],
  },
  {
    rule: 'download: another ETag gets the bytes, to be revalidated; the same one and an older time do not',
    see: async () => {
      await upload('b/cached', 'text/plain', 'x', { 'cache-control': 'max-age=60' });
      const { headers } = await call('GET', '/object/b/cached');
      const asked = async (name: string, value: string) => {
        const answer = await call('GET', '/object/b/cached', { headers: { [name]: value } });
        return [answer.status, answer.headers.get('cache-control')?.includes('stale-while-revalidate=30')];
      };
      return [
        await asked('if-none-match', '"other"'),
        (await asked('if-none-match', headers.get('etag') ?? ''))[0],
        (await asked('if-modified-since', headers.get('last-modified') ?? ''))[0],
      ];
    },
    is: [[200, true], 304, 304],
  },
  {
    rule: 'download: a page comes as plain text, and as a file under the asked name',
    see: async () => {
      await upload('b/page.html', 'text/html', '<p>');
      const { headers } = await call('GET', '/object/b/page.html?download=ä.html');
      return [headers.get('content-type'), headers.get('content-disposition')];
    },
    is: [
      expect.stringMatching(/^text\/plain/),
      expect.stringMatching(/^attachment; *filename=.*filename\*=UTF-8''%C3%A4\.html/),
    ],
  },
  {
    rule: 'download: a public bucket is read with a token that is bad or has expired as with none',
    see: async () => {
      await upload('open/a', 'text/plain', 'bytes');
      const tokens = [null, 'nonsense', stack.token({ role: 'service_role', exp: 1 })];
      const paths = ['/object/open/a', '/object/info/open/a'];
      const reads = paths.flatMap((path) => tokens.map((token) => call('GET', path, { token })));
      return (await Promise.all(reads)).map(({ status }) => status);
    },
    is: [200, 200, 200, 200, 200, 200],
  },
  {
    rule: 'info: these members and no others',
    see: async () => {
      await upload('b/known', 'text/plain');
      return Object.keys(await infoOf('b/known')).sort();
    },
    is: 'bucket_id cache_control content_type created_at etag id last_modified metadata name size version'.split(' '),
  },
  {
    rule: 'list: a search is a prefix without case, in which no sign has a meaning',
    see: async () => {
      for (const name of ['A_1', 'a%2', 'ab3', 'ba_']) await stack.put(`b/search/${name.replace('%', '&')}`, 'x');
      const find = (search: string) => namesIn('/object/list/b', { prefix: 'search', search });
      return [await find('a_'), await find('%'), await find('A')];
    },
    is: [['A_1'], [], ['a&2', 'A_1', 'ab3']],
  },
  {
    rule: 'list: descending by name loses no folder of one object, as the hosted service does',
    see: async () => {
      for (const name of ['zfile', 'two/1', 'one/1']) await stack.put(`b/desc/${name}`, 'x');
      return namesIn('/object/list/b', { prefix: 'desc', sortBy: { column: 'name', order: 'desc' } });
    },
    is: ['zfile', 'two', 'one'],
  },
  {
    rule: 'list: in any order but by name folders come first, both ways',
    see: async () => {
      for (const name of ['file', 'folder/1']) await stack.put(`b/mixed/${name}`, 'x');
      const columns = ['created_at', 'updated_at', 'last_accessed_at'];
      const orders = columns.flatMap((column) => ['asc', 'desc'].map((order) => ({ column, order })));
      return Promise.all(orders.map((sortBy) => namesIn('/object/list/b', { prefix: 'mixed', sortBy })));
    },
    is: Array.from({ length: 6 }, () => ['folder', 'file']),
  },
  {
    rule: 'list: one answer holds 1500 names, a page 1000, however many are asked for',
    see: async () => {
      await stack.makeBucket('many');
      await stack.sql(`insert into storage.objects (bucket_id, name) select 'many', 'n' || generate_series(1, 1501)`);
      const names = (await call('POST', '/object/list/many', { body: { limit: 9000 } })).json();
      const page = Object((await call('POST', '/object/list-v2/many', { body: { limit: 9000 } })).json());
      return [names.length, page.objects.length, page.hasNext];
    },
    is: [1500, 1000, true],
  },
  {
    rule: 'list-v2: without the delimiter there are no folders, and no entry has a place in one',
    see: async () => {
      await stack.put('b/flat/folder/file', 'x');
      const page = Object((await call('POST', '/object/list-v2/b', { body: { prefix: 'flat/' } })).json());
      return [page.folders, page.objects.map((entry: object) => ['key' in entry, 'name' in entry])];
    },
    is: [[], [[false, true]]],
  },
  {
    rule: 'remove: a folder’s name removes nothing, and what is missing is not told',
    see: async () => {
      await stack.put('b/kept/child', 'x');
      const gone = (await call('DELETE', '/object/b', { body: { prefixes: ['kept', 'kept/', 'none'] } })).text;
      return [gone, (await call('GET', '/object/b/kept/child')).status];
    },
    is: ['[]', 200],
  },
  {
    rule: 'remove: a missing bucket is one without objects',
    see: async () => (await call('DELETE', '/object/none', { body: { prefixes: ['a'] } })).text,
    is: '[]',
  },
  {
    rule: 'sign: ten years are not too long, and the token says what it is for',
    see: async () => {
      await stack.put('b/signed', 'old');
      const { url, scope, exp, iat } = Object(claimsOf(await signedUrl('b/signed', 315_360_000)));
      return { url, scope, lifeSeconds: exp - iat };
    },
    is: { url: 'b/signed', scope: 'download', lifeSeconds: 315_360_000 },
  },
  {
    rule: 'sign: the address has an end instead of a cache rule, takes ranges and HEAD, and follows the object',
    see: async () => {
      await stack.put('b/followed', 'old');
      const address = await signedUrl('b/followed');
      const { headers } = await call('GET', address, { token: null });
      const part = await call('GET', address, { token: null, headers: { range: 'bytes=1-' } });
      await stack.put('b/followed', 'new', { 'x-upsert': 'true' });
      const [head, now] = [await call('HEAD', address, { token: null }), await call('GET', address, { token: null })];
      return [headers.has('expires'), headers.has('cache-control'), part.status, part.text, head.status, now.text];
    },
    is: [true, false, 206, 'ld', 200, 'new'],
  },
  {
    rule: 'sign: an end later than any date is the last date',
    see: async () => {
      await stack.put('b/for-ever', 'x');
      const address = await signedUrl('b/for-ever', Number.MAX_SAFE_INTEGER);
      return (await call('GET', address, { token: null })).headers.get('expires');
    },
    is: 'Sat, 13 Sep 275760 00:00:00 GMT',
  },
  {
    rule: 'sign: a raw address works for every sign but the question mark, a key in the body for all',
    see: async () => {
      const signs = "+&= @;:,$'()!*";
      const asked = `${signs} asked?`;
      for (const key of [signs, asked]) await stack.put(`b/${encodeURIComponent(key)}`, key);
      const raw = await call('GET', await signedUrl(`b/${signs}`), { token: null });
      const lost = codeOf(await call('POST', `/object/sign/b/${asked}`, { body: { expiresIn: 9 } }));
      const body = { expiresIn: 60, paths: [asked] };
      const [{ signedURL = '' } = {}] = (await call('POST', '/object/sign/b', { body })).json();
      const token = String(signedURL).split('?token=')[1];
      const address = `/object/sign/b/${encodeURIComponent(asked)}?token=${token}`;
      return [raw.text, lost, (await call('GET', address, { token: null })).text];
    },
    is: ["+&= @;:,$'()!*", 'NoSuchKey', "+&= @;:,$'()!* asked?"],
  },
  {
    rule: 'sign an upload: the token says whether it may replace, and for what',
    see: async () => {
      const { token } = Object(
        (await call('POST', '/object/upload/sign/b/to come', { headers: { 'x-upsert': 'true' } })).json(),
      );
      const { url, scope, upsert } = Object(claimsOf(token));
      return { url, scope, upsert };
    },
    is: { url: 'b/to come', scope: 'upload', upsert: true },
  },
  {
    rule: 'SQL: a bucket made by SQL whose id is not its name answers under the id',
    see: async () => {
      await stack.sql(`insert into storage.buckets (id, name) values ('by id', 'by name')`);
      return [(await bucketOf('by id')).name, codeOf(await call('GET', '/bucket/by name'))];
    },
    is: ['by name', 'NoSuchBucket'],
  },
  {
    rule: 'SQL: a bucket may have a name that the API refuses, and its keys may not',
    see: async () => {
      await stack.sql(`insert into storage.buckets (id, name) values ('bad/näme', 'bad/näme')`);
      const address = `/object/${encodeURIComponent('bad/näme')}`;
      const writing = { body: 'x', headers: { 'content-type': 'text/plain' } };
      return [
        codeOf(await call('POST', `${address}/good`, writing)),
        codeOf(await call('POST', `${address}/b~`, writing)),
      ];
    },
    is: [200, 'InvalidKey'],
  },
  {
    rule: 'SQL: what was signed for one bucket is not for another whose id goes on where that one ends',
    see: async () => {
      await stack.sql(`insert into storage.buckets (id, name) values ('b/inner', 'b/inner')`);
      await stack.put('b/inner/same', 'outer');
      await stack.put('b%2Finner/same', 'inner');
      const token = (await signedUrl('b/inner/same')).split('?token=')[1];
      return codeOf(await call('GET', `/object/sign/b%2Finner/same?token=${token}`, { token: null }));
    },
    is: 'InvalidSignature',
  },
  {
    rule: 'SQL: what it changes in a bucket counts at the next request',
    see: async () => {
      await stack.makeBucket('changing');
      const before = codeOf(await upload('changing/a', 'text/plain', 'five!'));
      await stack.sql(`update storage.buckets set public = true, file_size_limit = 4 where id = 'changing'`);
      const read = await call('GET', '/object/public/changing/a', { token: null });
      return [before, codeOf(await upload('changing/b', 'text/plain', 'five!')), read.text];
    },
    is: [200, 'EntityTooLarge', 'five!'],
  },
];

test.each(rows)('$rule', async ({ see, is }) => {
  expect(await see()).toEqual(is);
});
