import type { Call, FileInfo, FileSource, ObjectKey, UploadOptions } from '@hybrid-supabase/core';
import { err, ok, type Result } from 'neverthrow';
import type { Attempt } from './door.js';
import type { Failure } from './failure.js';
import { fileInfoOf } from './file-info.js';
import { measuredBody } from './measured-body.js';
import { encodeKey } from './object-key.js';
import { membersOf, textOf } from './read-value.js';
import { storageFailureOf } from './storage-failure.js';
import type { VendorUploadOptions } from './supabase-client.js';

/** What an upload takes. */
export type UploadInput = ObjectKey & UploadOptions & { readonly body: FileSource };

const maxMetadataBytes = 8192;
const contentTypeShape = /^[\w!#$&^.+-]+\/[\w!#$&^.+-]+(\s*;\s*[\w!#$&^.+-]+=("[\x20\x21\x23-\x7e]*"|[\w!#$&^.+-]+))*$/;

/** Why an upload cannot be sent; undefined when it can. */
export const uploadFault = ({ body, contentType, cacheSeconds, sha256, metadata }: UploadInput): string | undefined => {
  if (!Number.isSafeInteger(body.sizeBytes) || body.sizeBytes < 0)
    return '`sizeBytes` of the body must be a whole number.';
  if (contentType !== undefined && !contentTypeShape.test(contentType)) return '`contentType` must be `type/subtype`.';
  if (cacheSeconds !== undefined && !(Number.isSafeInteger(cacheSeconds) && cacheSeconds >= 0)) {
    return '`cacheSeconds` must be a whole number of seconds.';
  }
  if (sha256 !== undefined && !/^[0-9a-f]{64}$/.test(sha256))
    return '`sha256` must be 64 lower-case hexadecimal digits.';
  return metadataFault(metadata);
};

/** Sends the body in one request, then asks once for what only the server knows (etag, times). */
export const uploadFile = async (
  input: UploadInput,
  call: Call,
  attempt: Attempt,
): Promise<Result<FileInfo, Failure>> => {
  const body = measuredBody({ source: input.body, sha256: input.sha256, progressed: () => call.progressed() });
  const key = encodeKey(input.path);
  const stored = await attempt.ask({
    send: ({ storage }) => storage.from(input.bucket).upload(key, body.stream, vendorOptionsOf(input)),
    read: (data) => textOf(membersOf(data)?.['id']),
    explain: storageFailureOf,
  });
  const fault = body.fault();
  if (fault !== undefined && stored.isErr()) return err(fault);
  if (stored.isErr()) return err(stored.error);
  const info = await attempt.ask({
    send: ({ storage }) => storage.from(input.bucket).info(key),
    read: fileInfoOf(input),
    explain: storageFailureOf,
  });
  if (info.isErr()) {
    call.note('stored, but its details could not be read back: the result has no etag');
    return ok(asSent(input, stored.value));
  }
  return info.value.id === stored.value && info.value.sizeBytes !== input.body.sizeBytes
    ? err(otherSize)
    : ok(info.value);
};

const otherSize: Failure = {
  kind: 'failed',
  effect: 'unknown',
  code: 'SizeDiffers',
  message: 'The stored object does not have the size that was sent.',
  hint: 'Somebody may have replaced it meanwhile; look at it before uploading again.',
};

const metadataFault = (metadata: UploadOptions['metadata']): string | undefined => {
  try {
    const text = JSON.stringify(metadata ?? {});
    return Buffer.byteLength(text) > maxMetadataBytes
      ? `\`metadata\` must not exceed ${maxMetadataBytes} bytes as JSON: it travels in a header.`
      : undefined;
  } catch {
    return '`metadata` must be plain JSON.';
  }
};

const metadataOf = ({ metadata, sha256 }: UploadOptions): Record<string, unknown> | undefined =>
  metadata === undefined && sha256 === undefined ? undefined : { ...metadata, ...(sha256 !== undefined && { sha256 }) };

// With its length known the server checks size limits before reading, and a body cut short can never become an object.
const vendorOptionsOf = (input: UploadInput): VendorUploadOptions => {
  const metadata = metadataOf(input);
  return {
    contentType: input.contentType ?? 'application/octet-stream',
    cacheControl: String(input.cacheSeconds ?? 3600),
    upsert: input.upsert ?? false,
    headers: { 'content-length': String(input.body.sizeBytes) },
    ...(metadata !== undefined && { metadata }),
  };
};

const asSent = (input: UploadInput, id: string): FileInfo => {
  const now = new Date().toISOString();
  return {
    bucket: input.bucket,
    path: input.path,
    id,
    sizeBytes: input.body.sizeBytes,
    contentType: input.contentType ?? 'application/octet-stream',
    etag: '',
    createdAt: now,
    updatedAt: now,
    metadata: metadataOf(input) ?? {},
  };
};
