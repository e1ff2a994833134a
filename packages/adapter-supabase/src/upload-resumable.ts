import { randomUUID } from 'node:crypto';
import type { FileSource, StoredFile } from '@hybrid-supabase/core';
import { err, ok, type Result } from 'neverthrow';
import { bytesUntil } from './bytes-until.js';
import { chunkBytes } from './chunk-bytes.js';
import type { Failure } from './failure.js';
import { noPosition } from './only-writer.js';
import type { UploadPlace } from './resumable-api.js';
import { conflictCode, goneCode } from './resumable-failure.js';
import type { ResumableMeans } from './resumable-means.js';
import { bodyOf, mayGoOn, vendorMetadataOf, withoutEffect } from './resumable-request.js';
import { createSourceChunks, type SourceChunks } from './source-chunks.js';
import { finished, objectOf, settled, versionOf } from './stored-object.js';
import { unreadableCode } from './unreadable-source.js';
import type { UploadInput } from './upload-file.js';
import { placeOf, type UploadPosition } from './upload-positions.js';
import { effectOf } from './wire.js';

/**
 * Sends the body chunk by chunk and goes on where an earlier attempt or process ended. No object is there
 * before the last chunk, so that nothing that fails earlier has had any effect.
 */
export const uploadResumable = async (
  input: UploadInput,
  means: ResumableMeans,
): Promise<Result<StoredFile, Failure>> => {
  const { body, sha256 } = input;
  const { exchange } = means.attempt;
  const source = { ...body, open: (offset: number) => bytesUntil(exchange.signal, () => body.open(offset)) };
  const chunks = createSourceChunks({ source, sha256, chunkBytes });
  try {
    return await transfer({ input, means, position: await positionOf(input, means), chunks });
  } catch (cause) {
    return err({ ...noPosition, effect: effectOf(exchange), cause });
  } finally {
    await chunks.close();
  }
};

interface Transfer {
  readonly input: UploadInput;
  readonly means: ResumableMeans;
  readonly position: UploadPosition;
  readonly chunks: SourceChunks;
}

const transfer = async (work: Transfer): Promise<Result<StoredFile, Failure>> => {
  const { input, means, position } = work;
  const begun = (await resumed(work)) ?? (await created(work));
  if (begun.isErr()) return err(begun.error);
  const sent = await sendRest(work, begun.value);
  if (sent.isErr()) {
    // What a call that is over could not read or send says nothing of the upload.
    if (sent.error.effect === 'none' && !means.attempt.exchange.signal.aborted && isOver(sent.error, input.body)) {
      await means.api.drop(begun.value.id);
      await position.forget();
    }
    return err(sent.error);
  }
  const stored = await finished(input, means, begun.value.id);
  if (stored.isOk()) await position.forget();
  return stored;
};

/** Undefined when there is nothing to go on with. */
const resumed = async ({ input, means, position }: Transfer): Promise<Result<UploadPlace, Failure> | undefined> => {
  const { id } = position;
  if (id === undefined) return undefined;
  const offset = await means.api.offset(id);
  if (offset.isOk() && offset.value < input.body.sizeBytes) {
    means.call.note(`went on with an unfinished upload after ${offset.value} bytes`);
    return ok({ id, offset: offset.value });
  }
  if (offset.isErr() && offset.error.code !== goneCode) return err(withoutEffect(offset.error));
  // Ours may be finished, and a service that forgets finished uploads calls it gone: the version in its address tells
  // whether its object is there, and nobody has removed or replaced it since.
  const found = await objectOf(input, means);
  if (found.isOk() && found.value.version === versionOf(id)) return ok({ id, offset: input.body.sizeBytes });
  // Starting over without having seen could store it a second time.
  if (found.isErr() && found.error.kind !== 'not-found') return err(withoutEffect(found.error));
  await position.forget();
  means.call.note('the unfinished upload was gone; started over');
  return undefined;
};

const created = async ({ input, means, position, chunks }: Transfer): Promise<Result<UploadPlace, Failure>> => {
  const chunk = await chunks.at(0);
  if (chunk.isErr()) return err(chunk.error);
  const { sizeBytes } = input.body;
  const order = { sizeBytes, upsert: input.upsert ?? false, metadata: vendorMetadataOf(input) };
  if (sizeBytes <= chunkBytes) means.attempt.exchange.handedOver = true;
  const place = await means.api.create(order, bodyOf(chunk.value, means.call));
  if (place.isErr()) return err(sizeBytes <= chunkBytes ? place.error : withoutEffect(place.error));
  await position.keep(place.value.id);
  return place;
};

const sendRest = async (work: Transfer, { id, offset: start }: UploadPlace): Promise<Result<number, Failure>> => {
  const { input, means, chunks } = work;
  const { sizeBytes } = input.body;
  let offset = start;
  /** Where the last failure was: a second one at the same place is for the router to judge. */
  let failedAt = -1;
  /** A last chunk left and its fate is open: nothing that fails later proves that it did not arrive. */
  let isDoubtful = false;
  const ended = (failure: Failure): Promise<Result<number, Failure>> | Result<number, Failure> =>
    isDoubtful ? settled(work, id, failure) : err(failure);
  while (offset < sizeBytes) {
    const chunk = await chunks.at(offset);
    if (chunk.isErr()) return ended(chunk.error);
    const isLast = offset + chunk.value.byteLength === sizeBytes;
    if (isLast) means.attempt.exchange.handedOver = true;
    const appended = await means.api.append({ id, offset }, bodyOf(chunk.value, means.call), input.upsert ?? false);
    if (appended.isOk()) {
      offset = appended.value;
      continue;
    }
    const failure = isLast ? appended.error : withoutEffect(appended.error);
    isDoubtful ||= failure.effect === 'unknown';
    if (means.attempt.exchange.signal.aborted || failedAt === offset || !mayGoOn(failure)) return ended(failure);
    failedAt = offset;
    const now = await means.api.offset(id);
    if (now.isErr() || (failure.code === conflictCode && now.value === offset)) return ended(failure);
    means.call.note(`a chunk failed; went on after ${now.value} bytes`);
    offset = now.value;
  }
  return ok(offset);
};

/** Refused for good: what was sent is of no use any more. A source that can be read again may be well another time. */
const isOver = ({ kind, code }: Failure, { isSpent }: FileSource): boolean =>
  code === unreadableCode
    ? isSpent?.() === true
    : code === goneCode || ['conflict', 'invalid-request', 'denied', 'not-found'].includes(kind);

const positionOf = (input: UploadInput, { positions, project }: ResumableMeans): Promise<UploadPosition> => {
  const { body, bucket, path, ...options } = input;
  const name = [body.sizeBytes, identityOf(body), options];
  return positions.at(placeOf(project, { bucket, path }), JSON.stringify(name));
};

const identities = new WeakMap<FileSource, string>();

const identityOf = (source: FileSource): string => {
  if (source.identity !== undefined) return source.identity;
  const known = identities.get(source) ?? randomUUID();
  identities.set(source, known);
  return known;
};
