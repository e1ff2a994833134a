import type { ErrorAnswer } from './failure.js';
import { storageFailureOf } from './storage-failure.js';

type Row = readonly [situation: string, answer: Partial<ErrorAnswer>, kind: string, effect: string];

const rows: readonly Row[] = [
  ['bucket exists', { bodyStatus: 409, code: 'BucketAlreadyExists' }, 'conflict', 'none'],
  ['bucket missing', { bodyStatus: 404, code: 'NoSuchBucket' }, 'not-found', 'none'],
  ['bucket not empty', { bodyStatus: 409, code: 'ResourceNotEmpty' }, 'conflict', 'none'],
  ['bad bucket name', { bodyStatus: 400, code: 'InvalidBucketName' }, 'invalid-request', 'none'],
  ['object missing', { bodyStatus: 404, code: 'NoSuchKey' }, 'not-found', 'none'],
  [
    'object hidden by row level security',
    { bodyStatus: 404, code: 'NoSuchKey', label: 'not_found' },
    'not-found',
    'none',
  ],
  ['bucket hidden by row level security', { bodyStatus: 404, code: 'NoSuchBucket' }, 'not-found', 'none'],
  ['object exists', { bodyStatus: 409, code: 'KeyAlreadyExists' }, 'conflict', 'none'],
  ['object exists where it is moved to', { bodyStatus: 409, code: 'ResourceAlreadyExists' }, 'conflict', 'none'],
  [
    'destination bucket missing',
    { bodyStatus: 404, code: 'InvalidRequest', message: 'The related resource does not exist' },
    'not-found',
    'none',
  ],
  ['key not allowed', { bodyStatus: 400, code: 'InvalidKey' }, 'invalid-request', 'none'],
  ['type not in the list of the bucket', { bodyStatus: 415, code: 'InvalidMimeType' }, 'invalid-request', 'none'],
  ['too large', { bodyStatus: 413, code: 'EntityTooLarge' }, 'invalid-request', 'none'],
  [
    'row level security refuses',
    { bodyStatus: 403, code: 'AccessDenied', message: 'new row violates row-level security policy' },
    'denied',
    'none',
  ],
  [
    'emptying without the service role',
    { status: 403, code: 'AccessDenied', message: 'Access denied: Invalid role' },
    'denied',
    'none',
  ],
  [
    'bad signature of the key',
    { bodyStatus: 403, code: 'AccessDenied', message: 'signature verification failed' },
    'unauthorized',
    'none',
  ],
  [
    'expired key',
    { bodyStatus: 403, code: 'AccessDenied', message: '"exp" claim timestamp check failed' },
    'unauthorized',
    'none',
  ],
  ['malformed key', { bodyStatus: 403, code: 'AccessDenied', message: 'Invalid Compact JWS' }, 'unauthorized', 'none'],
  [
    'no Authorization header',
    { code: 'InvalidRequest', message: "headers must have required property 'authorization'" },
    'unauthorized',
    'none',
  ],
  [
    'role unknown to PostgreSQL',
    { status: 500, code: 'DatabaseError', message: 'database error, code: 22023' },
    'unauthorized',
    'none',
  ],
  ['signed address expired or forged', { code: 'InvalidJWT' }, 'unauthorized', 'none'],
  ['signed address of another object', { code: 'InvalidSignature' }, 'unauthorized', 'none'],
  ['range not satisfiable', { status: 416, code: 'InvalidRange' }, 'invalid-request', 'none'],
  [
    'unknown route',
    { status: 404, bodyStatus: 404, code: 'InvalidRequest', label: 'Not Found' },
    'unsupported',
    'none',
  ],
  [
    'image transformation switched off',
    {
      status: 404,
      bodyStatus: 404,
      code: 'InvalidRequest',
      label: 'Not Found',
      message: 'Route GET:/render not found',
    },
    'unsupported',
    'none',
  ],
  ['malformed content type', { bodyStatus: 415, code: 'InvalidMimeType' }, 'invalid-request', 'none'],
  ['a cursor or column the list does not know', { code: 'InvalidParameter' }, 'invalid-request', 'none'],
  ['body not JSON', { bodyStatus: 400, code: 'InvalidRequest', label: 'FastifyError' }, 'invalid-request', 'none'],
  [
    'policy that raises an SQL error',
    { status: 500, code: 'DatabaseError', message: 'database error, code: 22012' },
    'failed',
    'unknown',
  ],
  ['key that is no address', { bodyStatus: 400, code: 'FST_ERR_BAD_URL' }, 'invalid-request', 'none'],
  ['too many connections', { status: 429, code: 'SlowDown' }, 'rate-limited', 'none'],
  ['database too slow', { status: 544, code: 'DatabaseTimeout' }, 'timed-out', 'unknown'],
  ['a failure inside', { status: 500, code: 'InternalError' }, 'failed', 'unknown'],
  ['a gateway that limits', { status: 429 }, 'rate-limited', 'none'],
  ['a gateway that knows no such key', { status: 401 }, 'unauthorized', 'none'],
  ['a gateway without a project behind it', { status: 503 }, 'unavailable', 'unknown'],
  ['a gateway that waited too long', { status: 504 }, 'timed-out', 'unknown'],
  ['a page of Cloudflare', { status: 520 }, 'unavailable', 'unknown'],
  ['a route that is not there', { status: 404 }, 'unsupported', 'none'],
  ['a code nobody knows', { status: 400, code: 'SomethingNew' }, 'failed', 'unknown'],
  [
    'a missing bucket without its code',
    { status: 400, bodyStatus: 404, message: 'Bucket not found' },
    'not-found',
    'none',
  ],
  [
    'a taken key without its code',
    { status: 400, bodyStatus: 409, message: 'The resource already exists' },
    'conflict',
    'none',
  ],
];

test.each(rows)('%s', (_situation, answer, kind, effect) => {
  const failure = storageFailureOf({ message: '', ...answer });
  expect(failure).toMatchObject({ kind, effect });
  expect(failure.message).not.toBe('');
  expect(failure.hint).toBeTruthy();
});

test('the code of the Storage API travels on, and the SQLSTATE in its message', () => {
  expect(storageFailureOf({ message: 'database error, code: 22012', code: 'DatabaseError' })).toMatchObject({
    code: 'DatabaseError',
    sqlState: '22012',
    fault: 'postgres',
  });
});

test('what the server said is not in the message, because it may quote the caller', () => {
  expect(storageFailureOf({ message: 'Invalid key: secret-name', code: 'InvalidKey' }).message).not.toContain('secret');
});

test('push-back travels on', () => {
  expect(storageFailureOf({ message: '', status: 429, retryAfterMs: 7000 }).retryAfterMs).toBe(7000);
  expect(storageFailureOf({ message: '', code: 'SlowDown', retryAfterMs: 7000 }).retryAfterMs).toBe(7000);
});
