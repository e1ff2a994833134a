import { jsonOf, membersOf, numberOf, textOf } from './read-value.js';
import type { Failure } from './failure.js';
import { statusFailureOf } from './status-failure.js';
import { storageFailureOf } from './storage-failure.js';

/** The one code that says a place for an upload is no longer there: it starts over. */
export const goneCode = 'UploadGone';

/** The code of an offset that is not the server's, or of an object that is there: a look at the offset tells which. */
export const conflictCode = 'UploadConflict';

const codes: Readonly<Record<number, string>> = {
  413: 'EntityTooLarge',
  415: 'InvalidMimeType',
  423: 'ResourceLocked',
};

const denied: Failure = {
  kind: 'denied',
  effect: 'none',
  message: 'Row level security or the role of the key forbids this.',
  hint: 'Add a policy, or use the service role.',
};
const refused: Failure = {
  kind: 'invalid-request',
  effect: 'none',
  message: 'The Storage API does not take the upload.',
  hint: 'Correct the key, the metadata or the content type.',
};
const gone: Failure = {
  kind: 'unavailable',
  effect: 'none',
  code: goneCode,
  message: 'The unfinished upload is no longer there.',
  hint: 'Upload again; it starts from the beginning.',
};
const conflict: Failure = {
  kind: 'conflict',
  effect: 'none',
  code: conflictCode,
  message: 'An object of this key exists.',
  hint: 'Choose another key, or set `upsert` to replace what is there.',
};
const byStatus: Readonly<Record<number, Failure>> = {
  400: refused,
  403: denied,
  409: conflict,
  410: gone,
  412: refused,
};

/** What an answer of the resumable protocol means: unlike the rest of the API it tells by its status, in plain text. */
export const resumableFailureOf = (status: number, text: string, isCreation: boolean): Failure => {
  const members = membersOf(jsonOf(text));
  const code = textOf(members?.['code']);
  const bodyStatus = numberOf(members?.['statusCode']);
  const message = textOf(members?.['message']) ?? '';
  if (code !== undefined)
    return storageFailureOf({ status, code, message, ...(bodyStatus !== undefined && { bodyStatus }) });
  if (status === 404) return isCreation ? storageFailureOf({ status, code: 'NoSuchBucket', message }) : gone;
  const known = codes[status];
  if (known !== undefined) return storageFailureOf({ status, code: known, message });
  return byStatus[status] ?? statusFailureOf({ status, message });
};
