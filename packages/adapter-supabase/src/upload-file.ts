import type { Call, FileSource, ObjectKey, StoredFile, UploadOptions } from '@hybrid-supabase/core';
import { err, ok, type Result } from 'neverthrow';
import { bytesUntil } from './bytes-until.js';
import type { Attempt } from './door.js';
import type { Failure } from './failure.js';
import { joinedBytes } from './joined-bytes.js';
import { measuredBody, type MeasuredBody } from './measured-body.js';
import { encodeKey } from './object-key.js';
import { membersOf, textOf } from './read-value.js';
import { storageFailureOf } from './storage-failure.js';
import type { VendorUploadOptions } from './supabase-client.js';
import { unreadableSource } from './unreadable-source.js';

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

/** Sends the body in one request. What the answer proves is that every byte sent was stored: the server was told their number. */
export const uploadFile = async (
  input: UploadInput,
  call: Call,
  attempt: Attempt,
): Promise<Result<StoredFile, Failure>> => {
  const { body: given, sha256 } = input;
  const { signal } = attempt.exchange;
  const source = { ...given, open: (offset: number) => bytesUntil(signal, () => given.open(offset)) };
  const measured = measuredBody({ source, sha256, progressed: () => call.progressed() });
  const body = await sendable(measured, input.body.sizeBytes);
  if (body === undefined) return err(measured.fault() ?? unreadableSource());
  const stored = await attempt.ask({
    send: ({ storage }) => storage.from(input.bucket).upload(encodeKey(input.path), body, vendorOptionsOf(input)),
    read: (data) => textOf(membersOf(data)?.['id']),
    explain: storageFailureOf,
  });
  if (stored.isErr()) return err(measured.fault() ?? stored.error);
  return ok(storedFileOf(input, { id: stored.value, verified: 'size' }));
};

/** What an upload answers with. */
export const storedFileOf = (
  { bucket, path, body, contentType = defaultContentType }: UploadInput,
  proof: Pick<StoredFile, 'id' | 'verified'>,
): StoredFile => ({ bucket, path, sizeBytes: body.sizeBytes, contentType, ...proof });

/** The caller's metadata and the checksum, as they are stored; undefined when there is nothing to store. */
export const storedMetadataOf = ({ metadata, sha256 }: UploadOptions): Record<string, unknown> | undefined =>
  metadata === undefined && sha256 === undefined ? undefined : { ...metadata, ...(sha256 !== undefined && { sha256 }) };

/** The content type of what does not say. */
export const defaultContentType = 'application/octet-stream';

/** A body this small is read before it is sent: one piece costs far less than a stream. */
const wholeBytes = 1024 * 1024;

const sendable = async (
  { bytes }: MeasuredBody,
  sizeBytes: number,
): Promise<ReadableStream<Uint8Array> | Uint8Array | undefined> => {
  if (sizeBytes > wholeBytes) return ReadableStream.from(bytes);
  const chunks: Uint8Array[] = [];
  try {
    for await (const chunk of bytes) chunks.push(chunk);
  } catch {
    // The body keeps the reason as its fault.
    return undefined;
  }
  return joinedBytes(chunks);
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

// With its length known the server checks size limits before reading, and a body cut short can never become an object.
const vendorOptionsOf = (input: UploadInput): VendorUploadOptions => {
  const metadata = storedMetadataOf(input);
  return {
    contentType: input.contentType ?? defaultContentType,
    cacheControl: String(input.cacheSeconds ?? 3600),
    upsert: input.upsert ?? false,
    headers: { 'content-length': String(input.body.sizeBytes) },
    ...(metadata !== undefined && { metadata }),
  };
};
