import { resumableFailureOf } from './resumable-failure.js';

const jwt = '{"statusCode":"403","error":"Unauthorized","message":"Invalid Compact JWS","code":"AccessDenied"}';
type Row = readonly [what: string, status: number, text: string, expected: string];
const rows: readonly Row[] = [
  ['a key, metadata or type that is not allowed', 400, 'Invalid key', 'invalid-request none'],
  ['a key of the API that is not valid', 400, jwt, 'unauthorized none AccessDenied'],
  ['no key of the API at the gateway', 401, '', 'unauthorized none'],
  ['row level security', 403, 'new row violates row-level security policy', 'denied none'],
  ['nothing there', 404, 'Not found', 'unavailable none UploadGone'],
  ['an object, or another offset', 409, 'The resource already exists', 'conflict none UploadConflict'],
  ['an upload that expired', 410, 'The file for this url no longer exists', 'unavailable none UploadGone'],
  ['another version of the protocol', 412, 'Tus-Resumable Required', 'invalid-request none'],
  ['more than is allowed', 413, 'Maximum size exceeded', 'invalid-request none EntityTooLarge'],
  [
    'a type that is not in the list',
    415,
    'mime type text/html is not supported',
    'invalid-request none InvalidMimeType',
  ],
  ['a lock that was lost', 423, 'Lock acquisition timeout', 'unavailable none ResourceLocked'],
  ['push-back', 429, '', 'rate-limited none'],
  ['a failure inside', 500, 'Something went wrong', 'unavailable unknown'],
  ['an extension that is not there', 501, 'Not implemented', 'unsupported none'],
  ['a gateway that gave up', 504, '<html>', 'timed-out unknown'],
];

const toldOf = (status: number, text: string, isCreation: boolean): string => {
  const { kind, effect, code, message } = resumableFailureOf(status, text, isCreation);
  expect(text === '' || !message.includes(text)).toBe(true);
  return [kind, effect, code].filter((each) => each !== undefined).join(' ');
};

test.each(rows)('%s (%d)', (_what, status, text, expected) => {
  expect(toldOf(status, text, false)).toBe(expected);
  expect(toldOf(status, text, true)).toBe(status === 404 ? 'not-found none NoSuchBucket' : expected);
});
