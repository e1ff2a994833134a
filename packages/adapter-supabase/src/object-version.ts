import type { FileInfo, ObjectKey } from '@hybrid-supabase/core';
import { err, ok, type Result } from 'neverthrow';
import type { Attempt } from './door.js';
import type { Failure } from './failure.js';
import { fileInfoOf } from './file-info.js';
import { encodeKey } from './object-key.js';
import { numberOf, textOf } from './read-value.js';
import { storageFailureOf } from './storage-failure.js';

/** One version of an object: what its bytes must be. */
export interface ObjectVersion {
  readonly sizeBytes: number;
  readonly contentType: string;
  readonly etag: string;
  readonly checksum?: Checksum;
}

/** What the bytes must hash to, lower-case hex. */
export interface Checksum {
  readonly algorithm: 'md5' | 'sha256';
  readonly digest: string;
}

/** How the version of an answer is found out. */
export interface VersionQuestion {
  readonly object: ObjectKey;
  readonly attempt: Attempt;
  /** Whether an etag that looks like an MD5 is one. */
  readonly md5Etags: boolean;
}

/**
 * The version the latest answer is of. Its own head is enough while its tag is a checksum; a tag of another
 * kind (S3 in parts, weakened by a gateway) or a missing length costs one more request, for the details.
 */
export const versionOf = async (question: VersionQuestion): Promise<Result<ObjectVersion, Failure>> => {
  const head = headOf(question.attempt.exchange.headers);
  const digest = question.md5Etags ? md5Of(head?.etag ?? '') : undefined;
  if (head !== undefined && digest !== undefined) return ok({ ...head, checksum: { algorithm: 'md5', digest } });
  const info = await detailsOf(question);
  if (info.isErr()) return err(info.error);
  const tag = question.attempt.exchange.headers?.get('etag');
  if (tag && info.value.etag && !isSameTag(tag, info.value.etag)) return err(replaced);
  // Of an object that SQL wrote, or an old one, the project may have recorded nothing: the answer itself knows more.
  if (info.value.etag === '' && head !== undefined) return ok(head);
  return ok(versionOfInfo(info.value));
};

/** Whether two tags name the same version; a gateway that compresses weakens a tag on the way. */
export const isSameTag = (one: string, other: string): boolean => strong(one) === strong(other);

/** The failure of a download that met two versions. */
export const replaced: Failure = {
  kind: 'interrupted',
  effect: 'none',
  code: 'Replaced',
  message: 'The object was replaced while it was asked for.',
  hint: 'Download it again.',
};

const detailsOf = ({ object, attempt }: VersionQuestion): Promise<Result<FileInfo, Failure>> =>
  attempt.aside((own) =>
    own.ask({
      send: ({ storage }) => storage.from(object.bucket).info(encodeKey(object.path)),
      read: fileInfoOf(object),
      explain: storageFailureOf,
    }),
  );

const versionOfInfo = ({ sizeBytes, contentType, etag, metadata }: FileInfo): ObjectVersion => {
  const known = textOf(metadata['sha256']);
  const digest = known !== undefined && /^[0-9a-f]{64}$/.test(known) ? known : undefined;
  return { sizeBytes, contentType, etag, ...(digest !== undefined && { checksum: { algorithm: 'sha256', digest } }) };
};

const headOf = (headers: Headers | undefined): ObjectVersion | undefined => {
  const etag = headers?.get('etag');
  const sizeBytes = wholeSizeOf(headers);
  if (!etag || sizeBytes === undefined) return undefined;
  return { sizeBytes, contentType: headers?.get('content-type') ?? 'application/octet-stream', etag };
};

/** A compressed answer has the length of what was sent, not of the object. */
const wholeSizeOf = (headers: Headers | undefined): number | undefined => {
  if (headers === undefined || headers.has('content-encoding')) return undefined;
  const total = /^bytes \d+-\d+\/(\d+)$/.exec(headers.get('content-range') ?? '')?.[1];
  return numberOf(total ?? headers.get('content-length'));
};

const md5Of = (etag: string): string | undefined => /^"([0-9a-f]{32})"$/.exec(etag)?.[1];

const strong = (etag: string): string => etag.replace(/^W\//, '').replaceAll('"', '');
