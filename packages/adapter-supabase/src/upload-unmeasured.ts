import type { FileSource, ObjectKey, StoredFile, UnmeasuredSource, UploadOptions } from '@hybrid-supabase/core';
import { err, ok, type Result } from 'neverthrow';
import { bytesUntil } from './bytes-until.js';
import { chunkBytes } from './chunk-bytes.js';
import type { Failure } from './failure.js';
import { sourceFromBytes } from './file-source.js';
import type { UploadPlace } from './resumable-api.js';
import type { ResumableMeans } from './resumable-means.js';
import { bodyOf, mayGoOn, vendorMetadataOf, withoutEffect } from './resumable-request.js';
import { finished, settled } from './stored-object.js';
import { createUnmeasuredChunks, type Chunk, type UnmeasuredChunks } from './unmeasured-chunks.js';
import { uploadFile, type UploadInput } from './upload-file.js';

/** An upload of a source that does not know its size. */
export type UnmeasuredUpload = ObjectKey & UploadOptions & { readonly body: UnmeasuredSource };

/** The same upload with a body of known size. */
const withBody = ({ body: _body, ...rest }: UnmeasuredUpload, body: FileSource): UploadInput => ({
  ...rest,
  body,
});

/**
 * Sends what fits into one chunk as any small body, and more by the resumable protocol, which lets the length be told
 * with the last chunk. Two chunks are in memory at most, and a chunk that failed goes out again. No object is there before the last one.
 */
export const uploadUnmeasured = async (
  input: UnmeasuredUpload,
  means: ResumableMeans,
): Promise<Result<StoredFile, Failure>> => {
  const { body, sha256 } = input;
  const { signal } = means.attempt.exchange;
  const source = { ...body, open: () => bytesUntil(signal, () => body.open()) };
  const chunks = createUnmeasuredChunks(source, { sha256, chunkBytes });
  try {
    const first = await chunks.next();
    if (first.isErr()) return err(first.error);
    if (first.value.isLast)
      return await uploadFile(withBody(input, sourceFromBytes(first.value.bytes)), means.call, means.attempt);
    return await sendAll({ input, means, chunks }, first.value);
  } finally {
    await chunks.close();
  }
};

interface Sending {
  readonly input: UnmeasuredUpload;
  readonly means: ResumableMeans;
  readonly chunks: UnmeasuredChunks;
}

const sendAll = async (work: Sending, first: Chunk): Promise<Result<StoredFile, Failure>> => {
  const { input, means } = work;
  const upsert = input.upsert ?? false;
  const order = { sizeBytes: undefined, upsert, metadata: vendorMetadataOf(withBody(input, nothing)) };
  const place = await means.api.create(order, bodyOf(first.bytes, means.call));
  if (place.isErr()) return err(withoutEffect(place.error));
  const { id } = place.value;
  const sent = await sendRest(work, { place: place.value, first });
  if (sent.isErr()) {
    // Nobody can go on with it, since the stream is used up; what may be stored is left alone.
    if (sent.error.effect === 'none' && !means.attempt.exchange.signal.aborted) await means.api.drop(id);
    return err(sent.error);
  }
  return finished(withBody(input, { ...nothing, sizeBytes: sent.value }), means, id);
};

const nothing = sourceFromBytes(new Uint8Array());

/** Gives how many bytes there were. */
const sendRest = async (
  work: Sending,
  { place, first }: { readonly place: UploadPlace; readonly first: Chunk },
): Promise<Result<number, Failure>> => {
  let chunk = first;
  let startBytes = 0;
  let offset = place.offset;
  for (;;) {
    const sent = await sendChunk(work, { id: place.id, chunk, startBytes, offset });
    startBytes += chunk.bytes.byteLength;
    if (sent.isErr()) return doubted(work, { id: place.id, sizeBytes: startBytes, failure: sent.error });
    if (chunk.isLast) return ok(startBytes);
    const next = await work.chunks.next();
    if (next.isErr()) return err(next.error);
    [chunk, offset] = [next.value, startBytes];
  }
};

interface Doubt {
  readonly id: string;
  readonly sizeBytes: number;
  readonly failure: Failure;
}

/** Only the last chunk can be in doubt. */
const doubted = async (
  { input, means }: Sending,
  { id, sizeBytes, failure }: Doubt,
): Promise<Result<number, Failure>> =>
  failure.effect === 'none' || means.attempt.exchange.signal.aborted
    ? err(failure)
    : settled({ input: withBody(input, { ...nothing, sizeBytes }), means }, id, failure);

interface Piece {
  readonly id: string;
  readonly chunk: Chunk;
  /** Where the chunk begins. */
  readonly startBytes: number;
  /** What the service has. */
  readonly offset: number;
}

/** Until the service has the whole chunk; goes on inside it after a failure, and gives up at the second one in the same place. */
const sendChunk = async (
  { input, means }: Sending,
  { id, chunk: { bytes, isLast }, startBytes, offset: begun }: Piece,
): Promise<Result<void, Failure>> => {
  const endBytes = startBytes + bytes.byteLength;
  let offset = begun;
  let failedAt = -1;
  /** A last chunk left and its fate is open: nothing that fails later proves that it did not arrive. */
  let isDoubtful = false;
  const ended = (failure: Failure): Result<void, Failure> =>
    err(isDoubtful ? { ...failure, effect: 'unknown' } : failure);
  while (offset < endBytes) {
    if (offset < startBytes) return ended(lostBytes);
    if (isLast) means.attempt.exchange.handedOver = true;
    const place = { id, offset, ...(isLast && { endBytes }) };
    const rest = bodyOf(bytes.subarray(offset - startBytes), means.call);
    const appended = await means.api.append(place, rest, input.upsert ?? false);
    if (appended.isOk()) {
      offset = appended.value;
      continue;
    }
    const failure = isLast ? appended.error : withoutEffect(appended.error);
    isDoubtful ||= failure.effect === 'unknown';
    if (means.attempt.exchange.signal.aborted || failedAt === offset || !mayGoOn(failure)) return ended(failure);
    failedAt = offset;
    const now = await means.api.offset(id);
    if (now.isErr()) return ended(failure);
    means.call.note(`a chunk failed; went on after ${now.value} bytes`);
    offset = now.value;
  }
  return ok(undefined);
};

const lostBytes: Failure = {
  kind: 'failed',
  effect: 'none',
  code: 'BytesLost',
  message: 'The service forgot bytes that it had taken, and a stream cannot give them again.',
  hint: 'Send it again from a new source.',
};
