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
    rule: 'SQL: a deletion is refused even where nothing would go',
    see: () =>
      stack.sql(`delete from storage.objects where name = 'none'`).then(
        () => 'deleted',
        (error: unknown) => Object(error).code,
      ),
    is: '42501',
  },
];

test.each(rows)('$rule', async ({ see, is }) => {
  expect(await see()).toEqual(is);
});
