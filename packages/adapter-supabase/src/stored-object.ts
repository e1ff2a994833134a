import type { StoredFile } from '@hybrid-supabase/core';
import { err, ok, type Result } from 'neverthrow';
import type { Failure } from './failure.js';
import { encodeKey } from './object-key.js';
import { jsonOf, membersOf, numberOf, textOf } from './read-value.js';
import type { ResumableMeans } from './resumable-means.js';
import { storageFailureOf } from './storage-failure.js';
import { storedFileOf, type UploadInput } from './upload-file.js';

interface StoredObject {
  readonly id: string;
  readonly sizeBytes: number;
  readonly version: string | undefined;
}

/** The object that is there under the key, seen beside the upload. */
export const objectOf = (
  { bucket, path }: UploadInput,
  { attempt }: ResumableMeans,
): Promise<Result<StoredObject, Failure>> =>
  attempt.beside((own) =>
    own.ask({
      send: ({ storage }) => storage.from(bucket).info(encodeKey(path)),
      read: (data, { body }) => {
        const members = membersOf(jsonOf(body)) ?? membersOf(data);
        const [id, sizeBytes] = [textOf(members?.['id']), numberOf(members?.['size'])];
        if (id === undefined || sizeBytes === undefined) return undefined;
        return { id, sizeBytes, version: textOf(members?.['version']) };
      },
      explain: storageFailureOf,
    }),
  );

/** The upload is done by now, whatever a look at the object says: somebody may have replaced or removed it since. */
export const finished = async (
  input: UploadInput,
  means: ResumableMeans,
  uploadId: string,
): Promise<Result<StoredFile, Failure>> => {
  const found = await objectOf(input, means);
  if (found.isErr()) {
    means.call.note('stored, but its id could not be read back');
    return ok(storedFileOf(input, { verified: 'size' }));
  }
  const isOurs = found.value.version === versionOf(uploadId);
  if (isOurs && found.value.sizeBytes !== input.body.sizeBytes) return err(otherSize);
  return ok(storedFileOf(input, { id: found.value.id, verified: 'size' }));
};

/** The version of the object tells whether the lost chunk made it; nothing else does. */
export const settled = async (
  { input, means }: { readonly input: UploadInput; readonly means: ResumableMeans },
  id: string,
  failure: Failure,
): Promise<Result<number, Failure>> => {
  const found = await objectOf(input, means);
  if (found.isErr() || found.value.version !== versionOf(id)) return err({ ...failure, effect: 'unknown' });
  means.call.note('the answer to the last chunk was lost; the object is there');
  return ok(input.body.sizeBytes);
};

/** The last part of what the id encodes (`bucket/key/version`) is the version the object will have. */
export const versionOf = (id: string): string | undefined => Buffer.from(id, 'base64url').toString().split('/').at(-1);

const otherSize: Failure = {
  kind: 'failed',
  effect: 'unknown',
  code: 'SizeDiffers',
  message: 'The stored object does not have the size that was sent.',
  hint: 'Look at the object before uploading again.',
};
