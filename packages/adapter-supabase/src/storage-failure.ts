import type { Effect, ErrorKind, Fate } from '@hybrid-supabase/core';
import type { ErrorAnswer, Failure } from './failure.js';
import { statusFailureOf } from './status-failure.js';

interface Row {
  readonly code: string;
  /** Tells apart what the Storage API calls by one code. */
  readonly when?: RegExp;
  readonly kind: ErrorKind;
  readonly effect: Effect;
  readonly message: string;
  readonly hint: string;
  readonly fault?: Fate;
}

const refused = (code: string, kind: ErrorKind, message: string, hint: string, when?: RegExp): Row => ({
  code,
  kind,
  effect: 'none',
  message,
  hint,
  ...(when && { when }),
});

const badToken =
  /signature verification|"exp" claim|compact jws|jwt (expired|malformed)|invalid (jwt|token)|required property 'authorization'/i;
const keyHint = 'Give a key that belongs to this project and has not expired.';
const takenHint = 'Choose another key, or set `upsert` to replace what is there.';

/** By code, never by status: nearly every answer is a 400. The first row that fits decides. */
const rows: readonly Row[] = [
  refused('BucketAlreadyExists', 'conflict', 'A bucket of this name exists.', 'Use it, or choose another name.'),
  refused(
    'NoSuchBucket',
    'not-found',
    'There is no such bucket, or this key may not see it.',
    'Create it, or check its name and the policies.',
  ),
  refused('ResourceNotEmpty', 'conflict', 'The bucket is not empty.', 'Empty it first.'),
  refused('InvalidBucketName', 'invalid-request', 'The bucket name is not allowed.', 'Choose another name.'),
  refused(
    'NoSuchKey',
    'not-found',
    'There is no such object, or this key may not see it.',
    'Check the key and the policies.',
  ),
  refused('KeyAlreadyExists', 'conflict', 'An object of this key exists.', takenHint),
  refused(
    'ResourceAlreadyExists',
    'conflict',
    'An object of this key exists.',
    'Choose another key, or remove what is there.',
  ),
  refused(
    'InvalidKey',
    'invalid-request',
    'The object key is not allowed.',
    'Use the characters the Storage API allows.',
  ),
  refused(
    'InvalidMimeType',
    'invalid-request',
    'The bucket does not take this content type.',
    'Set `contentType`, or change the list of the bucket.',
  ),
  refused(
    'EntityTooLarge',
    'invalid-request',
    'The object is larger than the bucket or the project allows.',
    'Raise the limit, or send less.',
  ),
  refused('AccessDenied', 'unauthorized', 'The API key is wrong or has expired.', keyHint, badToken),
  refused(
    'AccessDenied',
    'denied',
    'Row level security or the role of the key forbids this.',
    'Add a policy, or use the service role.',
  ),
  refused('InvalidJWT', 'unauthorized', 'The token is wrong or has expired.', 'Sign again.'),
  refused('ExpiredToken', 'unauthorized', 'The token has expired.', 'Sign again.'),
  refused('InvalidSignature', 'unauthorized', 'The token was made for something else.', 'Sign this very object.'),
  refused('InvalidUploadSignature', 'unauthorized', 'The token was made for something else.', 'Sign this very object.'),
  refused('SignatureDoesNotMatch', 'unauthorized', 'The token was made for something else.', 'Sign this very object.'),
  refused('InvalidRange', 'invalid-request', 'The object has no such range of bytes.', 'Ask for bytes the object has.'),
  refused('InvalidRequest', 'unauthorized', 'The request carried no API key.', keyHint, badToken),
  refused(
    'InvalidRequest',
    'not-found',
    'The destination bucket does not exist.',
    'Create it first.',
    /related resource/i,
  ),
  refused(
    'InvalidRequest',
    'unsupported',
    'This project does not offer the operation.',
    'Enable it, or do without.',
    /\bnot found\b/i,
  ),
  refused('InvalidRequest', 'invalid-request', 'The Storage API does not take the request.', 'Correct the input.'),
  refused(
    'InvalidParameter',
    'invalid-request',
    'The Storage API does not take a value of the request.',
    'Correct the input.',
  ),
  refused('MissingParameter', 'invalid-request', 'The Storage API misses a value.', 'Correct the input.'),
  refused(
    'MissingContentLength',
    'invalid-request',
    'The Storage API wants to know the size beforehand.',
    'Send a body of known size.',
  ),
  refused(
    'FST_ERR_BAD_URL',
    'invalid-request',
    'The object key is not allowed.',
    'Use the characters the Storage API allows.',
  ),
  refused(
    'TenantNotFound',
    'unavailable',
    'The project is not known to the Storage API.',
    'Check the project URL and that the project is not paused.',
  ),
  refused('ResourceLocked', 'unavailable', 'Another upload holds this object.', 'Wait until it has ended.'),
  refused('LockTimeout', 'unavailable', 'Another upload holds this object.', 'Wait until it has ended.'),
  // Also where the database has no connection to spare: what an operation changes, it changes in its last transaction.
  refused(
    'SlowDown',
    'rate-limited',
    'The Storage API asks for fewer requests.',
    'Wait, then go on with fewer requests at a time.',
  ),
  {
    ...refused(
      'DatabaseError',
      'unauthorized',
      'The database does not know the role of the API key.',
      keyHint,
      /22023/,
    ),
    fault: 'storage-api',
  },
  {
    code: 'DatabaseError',
    kind: 'failed',
    effect: 'unknown',
    message: 'The database behind the Storage API reported an error.',
    hint: 'Look at the policies on storage.objects and at the logs of the project.',
    fault: 'postgres',
  },
  {
    code: 'DatabaseTimeout',
    kind: 'timed-out',
    effect: 'unknown',
    message: 'The database behind the Storage API did not answer in time.',
    hint: 'Wait; look whether the work was done.',
    fault: 'postgres',
  },
  {
    code: 'InternalError',
    kind: 'failed',
    effect: 'unknown',
    message: 'The Storage API failed.',
    hint: 'Look at the logs of the project.',
  },
  {
    code: 'S3Error',
    kind: 'failed',
    effect: 'unknown',
    message: 'The store behind the Storage API failed.',
    hint: 'Look at the logs of the project.',
  },
];

/** Where a code is missing (a client of another make drops it), the status in the body still is the API's own word. */
const byBodyStatus: Readonly<Record<number, string>> = {
  404: 'NoSuchKey',
  409: 'ResourceAlreadyExists',
  413: 'EntityTooLarge',
  415: 'InvalidMimeType',
  416: 'InvalidRange',
};

/** What an error of the Storage API means. */
export const storageFailureOf = (answer: ErrorAnswer): Failure => {
  const code = answer.code ?? codeByBody(answer);
  const text = `${answer.message} ${answer.label ?? ''}`;
  const row = rows.find((each) => each.code === code && (each.when?.test(text) ?? true));
  if (row === undefined) return { ...statusFailureOf(answer), ...(code !== undefined && { code }) };
  const sqlState = row.code === 'DatabaseError' ? /code: ([0-9A-Z]{5})/.exec(answer.message)?.[1] : undefined;
  const { when: _when, ...failure } = row;
  return {
    ...failure,
    ...(sqlState !== undefined && { sqlState }),
    ...(answer.retryAfterMs !== undefined && { retryAfterMs: answer.retryAfterMs }),
  };
};

const codeByBody = ({ bodyStatus, message }: ErrorAnswer): string | undefined => {
  if (bodyStatus === 404 && /bucket/i.test(message)) return 'NoSuchBucket';
  return bodyStatus === undefined ? undefined : byBodyStatus[bodyStatus];
};
