import { openStorage } from './storage-stack.js';
import type { StorageCall, StorageStack } from './storage-client.js';

// A started database takes its time on a busy machine.
jest.setTimeout(120_000);

let stack: StorageStack;

beforeAll(async () => {
  stack = await openStorage();
  await stack.makeBucket('full', { public: true });
  await stack.makeBucket('small', { file_size_limit: 10, allowed_mime_types: ['image/png', 'text/*'] });
  await stack.makeBucket('private');
  await stack.put('full/here.txt', 'text');
  await stack.put('full/other.txt', 'text');
  await stack.put('private/here.txt', 'text');
  await stack.makeBucket('broken');
  await stack.put('broken/here.txt', 'text');
  await stack.sql(
    `create policy broken on storage.objects for select to authenticated using (1 / (length(bucket_id) - 6) = 0)`,
  );
});
afterAll(() => stack.stop());

interface Row {
  readonly name: string;
  readonly request: readonly [method: string, path: string | (() => string), call?: StorageCall | (() => StorageCall)];
  /** HTTP status, `statusCode` of the body, `code`, `error`. */
  readonly answer: readonly [number, string | number, string, string];
  /** What is in the `message`, where clients go by it. */
  readonly says?: string;
}

const plain = { 'content-type': 'text/plain' };
const anonymous = (): StorageCall => ({ token: stack.anonKey });
const expired = (): string => stack.token({ role: 'service_role', exp: 1 });
const forge = (token: string): string => `${token.slice(0, -4)}AAAA`;
const forged = (): string => forge(stack.serviceRoleKey);
const signature = (claims: object = {}): string =>
  stack.token({ url: 'full/here.txt', scope: 'download', exp: 4_000_000_000, ...claims });
const move = (more: object): StorageCall => ({ body: { bucketId: 'full', sourceKey: 'here.txt', ...more } });
const noBucket = [400, '404', 'NoSuchBucket', 'Bucket not found'] as const;
const noKey = [400, '404', 'NoSuchKey', 'not_found'] as const;
const badKey = [400, '400', 'InvalidKey', 'InvalidKey'] as const;
const denied = [400, '403', 'AccessDenied', 'Unauthorized'] as const;
const badType = [400, '415', 'InvalidMimeType', 'invalid_mime_type'] as const;
const tooLarge = [400, '413', 'EntityTooLarge', 'Payload too large'] as const;
const duplicate = [400, '409', 'KeyAlreadyExists', 'Duplicate'] as const;
const badRange = [416, '416', 'InvalidRange', 'invalid_range'] as const;
const badBody = [400, '400', 'InvalidRequest', 'Error'] as const;
const badSignature = [400, '400', 'InvalidSignature', 'InvalidSignature'] as const;
const badToken = [400, '400', 'InvalidJWT', 'InvalidJWT'] as const;
const noRoute = [404, 404, 'InvalidRequest', 'Not Found'] as const;
const writing = { body: 'x', headers: plain };

/** A key that no object can have, at every route that takes one in its address. */
const routesOfKeys: readonly (readonly [method: string, route: string, call?: StorageCall])[] = [
  ['POST', '/object', writing],
  ['PUT', '/object', writing],
  ['GET', '/object'],
  ['GET', '/object/public'],
  ['GET', '/object/authenticated'],
  ['DELETE', '/object'],
  ['GET', '/object/info'],
  ['POST', '/object/sign', { body: { expiresIn: 5 } }],
  ['POST', '/object/upload/sign'],
];
const badKeys = [
  ['an empty key', ''],
  ['a key beyond ASCII', '%C3%A4'],
  ['a key that climbs out', 'a%2F..%2F..%2Fsmall%2Fb'],
  ['a key that climbs by backslashes', 'a%5C..%5C..%5Csmall%5Cb'],
  ['a key of 1025 bytes', 'x'.repeat(1025)],
] as const;
const badKeyRows = routesOfKeys.flatMap(([method, route, call = {}]) =>
  badKeys.map(([what, key]): Row => ({
    name: `${what} at ${method} ${route}`,
    request: [method, `${route}/full/${key}`, call],
    answer: badKey,
  })),
);

const rows: readonly Row[] = [
  {
    name: 'bucket exists',
    request: ['POST', '/bucket', { body: { name: 'full' } }],
    answer: [400, '409', 'BucketAlreadyExists', 'Duplicate'],
  },
  { name: 'bucket missing on get', request: ['GET', '/bucket/none'], answer: noBucket },
  { name: 'bucket missing on update', request: ['PUT', '/bucket/none', { body: { public: true } }], answer: noBucket },
  { name: 'bucket missing on delete', request: ['DELETE', '/bucket/none'], answer: noBucket },
  { name: 'bucket missing on empty', request: ['POST', '/bucket/none/empty', { body: {} }], answer: noBucket },
  {
    name: 'bucket missing on upload',
    request: ['POST', '/object/none/a', { body: 'x', headers: plain }],
    answer: noBucket,
  },
  { name: 'bucket missing on download', request: ['GET', '/object/none/a'], answer: noBucket },
  { name: 'bucket missing on info', request: ['GET', '/object/info/none/a'], answer: noBucket },
  {
    name: 'bucket not empty on delete',
    request: ['DELETE', '/bucket/full'],
    answer: [400, '409', 'ResourceNotEmpty', 'ResourceNotEmpty'],
  },
  {
    name: 'a stranger learns that a bucket is not empty',
    request: ['DELETE', '/bucket/private', anonymous],
    answer: [400, '409', 'ResourceNotEmpty', 'ResourceNotEmpty'],
  },
  {
    name: 'bad bucket name',
    request: ['POST', '/bucket', { body: { name: 'a/b' } }],
    answer: [400, '400', 'InvalidBucketName', 'Invalid Input'],
  },
  {
    name: 'bad size limit',
    request: ['POST', '/bucket', { body: { name: 'n', file_size_limit: 'lots' } }],
    answer: badBody,
    says: 'file_size_limit',
  },
  {
    name: 'size limit above the global one',
    request: ['POST', '/bucket', { body: { name: 'n', file_size_limit: '900GB' } }],
    answer: tooLarge,
  },
  {
    name: 'bad type list',
    request: ['POST', '/bucket', { body: { name: 'n', allowed_mime_types: ['png'] } }],
    answer: badType,
  },
  { name: 'missing name', request: ['POST', '/bucket', { body: {} }], answer: badBody },
  { name: 'unknown sort column of buckets', request: ['GET', '/bucket?sortColumn=owner'], answer: badBody },
  {
    name: 'emptying without the service role',
    request: ['POST', '/bucket/full/empty', anonymous],
    answer: [403, '403', 'AccessDenied', 'Unauthorized'],
    says: 'Access denied: Invalid role',
  },
  { name: 'object missing on download', request: ['GET', '/object/full/none'], answer: noKey },
  {
    name: 'object missing on public download',
    request: ['GET', '/object/public/full/none', { token: null }],
    answer: noKey,
  },
  { name: 'object missing on info', request: ['GET', '/object/info/full/none'], answer: noKey },
  {
    name: 'object missing on move',
    request: ['POST', '/object/move', move({ sourceKey: 'none', destinationKey: 'b' })],
    answer: noKey,
  },
  {
    name: 'object missing on copy',
    request: ['POST', '/object/copy', move({ sourceKey: 'none', destinationKey: 'b' })],
    answer: noKey,
  },
  {
    name: 'object missing on sign',
    request: ['POST', '/object/sign/full/none', { body: { expiresIn: 5 } }],
    answer: noKey,
  },
  { name: 'object missing on single delete', request: ['DELETE', '/object/full/none'], answer: noKey },
  {
    name: 'object exists on upload',
    request: ['POST', '/object/full/here.txt', { body: 'x', headers: plain }],
    answer: duplicate,
  },
  {
    name: 'object exists on copy',
    request: ['POST', '/object/copy', move({ destinationKey: 'other.txt' })],
    answer: duplicate,
  },
  { name: 'object exists on signed upload', request: ['POST', '/object/upload/sign/full/here.txt'], answer: duplicate },
  {
    name: 'object exists on move',
    request: ['POST', '/object/move', move({ destinationKey: 'other.txt' })],
    answer: [400, '409', 'ResourceAlreadyExists', 'Duplicate'],
  },
  {
    name: 'move to a missing bucket',
    request: ['POST', '/object/move', move({ destinationKey: 'b', destinationBucket: 'none' })],
    answer: [400, '404', 'InvalidRequest', 'InvalidRequest'],
    says: 'related resource does not exist',
  },
  { name: 'key with a tilde', request: ['POST', '/object/full/a~b', { body: 'x', headers: plain }], answer: badKey },
  ...badKeyRows,
  ...['copy', 'move'].flatMap((route) =>
    ['', '../small/b', 'a/../../small/b', 'a\\..\\b', 'a%2Fb', 'ä', 'x'.repeat(1025)].map((key): Row => ({
      name: `${route} to ${JSON.stringify(key.slice(0, 20))}`,
      request: ['POST', `/object/${route}`, move({ destinationKey: key })],
      answer: badKey,
    })),
  ),
  {
    name: 'a source key that climbs out',
    request: ['POST', '/object/copy', move({ sourceKey: '../small/b', destinationKey: 'b' })],
    answer: badKey,
  },
  {
    name: 'object missing on a move onto itself',
    request: ['POST', '/object/move', move({ sourceKey: 'none', destinationKey: 'none' })],
    answer: noKey,
  },
  {
    name: 'hidden object on a move onto itself',
    request: ['POST', '/object/move', () => ({ ...anonymous(), ...move({ destinationKey: 'here.txt' }) })],
    answer: noKey,
  },
  {
    name: 'type not in the list',
    request: ['POST', '/object/small/a', { body: 'x', headers: { 'content-type': 'image/jpeg' } }],
    answer: badType,
  },
  {
    name: 'type with a parameter',
    request: ['POST', '/object/small/a', { body: 'x', headers: { 'content-type': 'image/png;a=b' } }],
    answer: badType,
  },
  {
    name: 'malformed type',
    request: ['POST', '/object/small/a', { body: 'x', headers: { 'content-type': 'nonsense' } }],
    answer: badType,
  },
  {
    name: 'too large',
    request: ['POST', '/object/small/a', { body: 'x'.repeat(11), headers: plain }],
    answer: tooLarge,
  },
  {
    name: 'a placeholder that is not empty',
    request: ['POST', '/object/full/f/.emptyFolderPlaceholder', { body: 'x', headers: plain }],
    answer: tooLarge,
  },
  {
    name: 'upload without the right',
    request: ['POST', '/object/full/new', () => ({ ...anonymous(), ...writing })],
    answer: denied,
    says: 'new row violates row-level security policy',
  },
  {
    name: 'bucket without the right',
    request: ['POST', '/bucket', () => ({ ...anonymous(), body: { name: 'n' } })],
    answer: denied,
  },
  {
    name: 'hidden object on move',
    request: ['POST', '/object/move', () => ({ ...anonymous(), ...move({ destinationKey: 'b' }) })],
    answer: noKey,
  },
  {
    name: 'hidden object on sign',
    request: ['POST', '/object/sign/private/here.txt', () => ({ ...anonymous(), body: { expiresIn: 5 } })],
    answer: noKey,
  },
  { name: 'hidden object on download', request: ['GET', '/object/private/here.txt', anonymous], answer: noKey },
  { name: 'hidden bucket', request: ['GET', '/bucket/full', anonymous], answer: noBucket },
  {
    name: 'private bucket at the public address',
    request: ['GET', '/object/public/private/here.txt', { token: null }],
    answer: noBucket,
  },
  {
    name: 'forged token',
    request: ['POST', '/object/list/full', () => ({ token: forged(), body: {} })],
    answer: denied,
    says: 'signature verification failed',
  },
  {
    name: 'expired token',
    request: ['GET', '/bucket', () => ({ token: expired() })],
    answer: denied,
    says: '"exp" claim timestamp check failed',
  },
  {
    name: 'malformed token',
    request: ['GET', '/bucket', { token: 'nonsense' }],
    answer: denied,
    says: 'Invalid Compact JWS',
  },
  {
    name: 'expired token on authenticated download',
    request: ['GET', '/object/authenticated/full/here.txt', () => ({ token: expired() })],
    answer: denied,
  },
  {
    name: 'expired token on a private read',
    request: ['GET', '/object/private/here.txt', () => ({ token: expired() })],
    answer: noBucket,
  },
  {
    name: 'no token on a private read',
    request: ['GET', '/object/info/private/here.txt', { token: null }],
    answer: noBucket,
  },
  {
    name: 'no authorization header, whatever the apikey',
    request: ['GET', '/bucket', () => ({ token: null, headers: { apikey: stack.serviceRoleKey } })],
    answer: badBody,
    says: "required property 'authorization'",
  },
  {
    name: 'unknown role',
    request: ['GET', '/bucket', () => ({ token: stack.token({ role: 'no such role' }) })],
    answer: [500, '500', 'DatabaseError', 'DatabaseError'],
    says: '22023',
  },
  {
    name: 'a policy that fails',
    request: ['GET', '/object/broken/here.txt', () => ({ token: stack.token({ role: 'authenticated' }) })],
    answer: [500, '500', 'DatabaseError', 'DatabaseError'],
    says: 'database error, code: 22012',
  },
  {
    name: 'signed address without a token',
    request: ['GET', '/object/sign/full/here.txt', { token: null }],
    answer: badBody,
  },
  ...[
    ['GET', '/object/sign/full/here.txt', 'download'],
    ['PUT', '/object/upload/sign/full/here.txt', 'upload'],
  ].flatMap(([method = '', address = '', scope = '']): Row[] => {
    const send = (token: () => string): Row['request'] => [
      method,
      () => `${address}?token=${token()}`,
      { token: null, ...(method === 'PUT' && writing) },
    ];
    return [
      { name: 'no token', request: send(() => 'nonsense'), answer: badToken },
      { name: 'a forged one', request: send(() => forge(signature({ scope }))), answer: badToken },
      { name: 'an expired one', request: send(() => signature({ scope, exp: 1 })), answer: badToken },
      { name: 'another object', request: send(() => signature({ scope, url: 'full/a' })), answer: badSignature },
      { name: 'another bucket', request: send(() => signature({ scope, url: 'b/here.txt' })), answer: badSignature },
      { name: 'another purpose', request: send(() => signature({ scope: 'other' })), answer: badSignature },
      {
        name: 'the purpose of the other address',
        request: send(() => signature({ scope: method === 'PUT' ? 'download' : 'upload' })),
        answer: badSignature,
      },
      { name: 'a key of the project', request: send(() => stack.serviceRoleKey), answer: badSignature },
    ].map((row): Row => ({ ...row, name: `${method} of a signed address, by ${row.name}` }));
  }),
  {
    name: 'range behind the end',
    request: ['GET', '/object/full/here.txt', { headers: { range: 'bytes=4-' } }],
    answer: badRange,
  },
  ...['bytes=3-1', 'bytes=-0', 'lines=0-1', 'bytes=a-b'].map((range): Row => ({
    name: `range ${range}`,
    request: ['GET', '/object/full/here.txt', { headers: { range } }],
    answer: badRange,
  })),
  {
    name: 'two ranges',
    request: ['GET', '/object/full/here.txt', { headers: { range: 'bytes=0-0,2-2' } }],
    answer: badRange,
  },
  { name: 'removing nothing', request: ['DELETE', '/object/full', { body: { prefixes: [] } }], answer: badBody },
  {
    name: 'removing something that is not text',
    request: ['DELETE', '/object/full', { body: { prefixes: [{ name: 'a' }] } }],
    answer: badBody,
  },
  {
    name: 'signing nothing',
    request: ['POST', '/object/sign/full', { body: { expiresIn: 5, paths: [] } }],
    answer: badBody,
  },
  {
    name: 'signing for no time',
    request: ['POST', '/object/sign/full/here.txt', { body: { expiresIn: 0 } }],
    answer: badBody,
  },
  { name: 'listing nothing', request: ['POST', '/object/list/full', { body: { limit: 0 } }], answer: badBody },
  {
    name: 'unknown sort column',
    request: ['POST', '/object/list/full', { body: { sortBy: { column: 'size' } } }],
    answer: badBody,
  },
  {
    name: 'unknown sort column of pages',
    request: ['POST', '/object/list-v2/full', { body: { sortBy: { column: 'last_accessed_at' } } }],
    answer: badBody,
  },
  { name: 'a page of nothing', request: ['POST', '/object/list-v2/full', { body: { limit: 0 } }], answer: badBody },
  {
    name: 'bad cursor',
    request: ['POST', '/object/list-v2/full', { body: { cursor: 'nonsense' } }],
    answer: [400, '400', 'InvalidParameter', 'InvalidParameter'],
  },
  {
    name: 'JSON beyond a mebibyte',
    request: ['DELETE', '/object/full', { body: { prefixes: ['x'.repeat(1024 * 1024)] } }],
    answer: tooLarge,
  },
  {
    name: 'body that is not JSON',
    request: ['POST', '/bucket', { body: '{', headers: { 'content-type': 'application/json' } }],
    answer: [400, '400', 'InvalidRequest', 'FastifyError'],
  },
  {
    name: 'metadata that is not JSON',
    request: ['POST', '/object/full/m', { body: 'x', headers: { ...plain, 'x-metadata': 'nonsense' } }],
    answer: badBody,
  },
  {
    name: 'metadata with half a character, which jsonb does not take',
    request: ['POST', '/object/full/m', { body: 'x', headers: { ...plain, 'x-metadata': btoa('{"a":"\\ud800"}') } }],
    answer: [400, '400', 'InvalidParameter', 'InvalidParameter'],
  },
  {
    name: 'text that PostgreSQL cannot hold',
    request: ['POST', '/object/list-v2/full', { body: { prefix: 'a\0' } }],
    answer: [500, '500', 'DatabaseError', 'DatabaseError'],
    says: '22021',
  },
  {
    name: 'form without a file',
    request: ['POST', '/object/full/m', () => ({ body: formOf({ cacheControl: '1' }) })],
    answer: [400, '400', 'InvalidRequest', 'InvalidRequest'],
  },
  {
    name: 'purging without a CDN',
    request: ['DELETE', '/cdn/full/here.txt'],
    answer: [400, '400', 'MissingParameter', 'MissingParameter'],
  },
  { name: 'unknown route', request: ['POST', '/nothing', { body: {} }], answer: noRoute },
  { name: 'transformation', request: ['GET', '/render/image/public/full/here.txt?width=9'], answer: noRoute },
  { name: 'lifecycle of a bucket', request: ['GET', '/bucket/full/lifecycle'], answer: noRoute },
  {
    name: 'percent signs that mean nothing',
    request: ['POST', '/object/full/100%', writing],
    answer: [400, 400, 'FST_ERR_BAD_URL', 'Bad Request'],
  },
];

function formOf(fields: Readonly<Record<string, string>>): FormData {
  const form = new FormData();
  for (const [name, value] of Object.entries(fields)) form.append(name, value);
  return form;
}

test.each(rows)('$name', async ({ request: [method, path, call], answer, says = '' }) => {
  const address = typeof path === 'function' ? path() : path;
  const got = await stack.call(method, address, typeof call === 'function' ? call() : call);
  const body = got.json();
  expect([got.status, body['statusCode'], body['code'], body['error']]).toEqual(answer);
  expect(body['message']).toEqual(expect.stringContaining(says));
});
