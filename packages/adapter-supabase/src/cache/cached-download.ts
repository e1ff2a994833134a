import { createHash } from 'node:crypto';
import type { ReceivedFile } from '@hybrid-supabase/core';
import { err, ok, type Result } from 'neverthrow';
import { downloadFile, type DownloadInput, type DownloadMeans } from '../download-file.js';
import type { Failure } from '../failure.js';
import { encodeKey } from '../object-key.js';
import { storageFailureOf } from '../storage-failure.js';
import { streamOf } from '../stream-of.js';
import { targetFailed } from '../target-failed.js';
import { wrongBytes } from '../wrong-bytes.js';
import type { CacheEntry } from './cache-entry.js';
import type { CachedCopy, DownloadCache } from './download-cache.js';
import { keepingTarget } from './keeping-target.js';

/** A download that may come from a copy. */
export interface CachedMeans extends DownloadMeans {
  readonly cache: DownloadCache;
  /** What tells projects apart in the cache. */
  readonly project: string;
}

/**
 * Asks the service every time, with the caller's own rights: a copy is given only while the service says that it is the
 * current version (304), which moves no bytes. A copy whose bytes are damaged is dropped and fetched again.
 */
export const downloadCached = async (
  input: DownloadInput,
  means: CachedMeans,
): Promise<Result<ReceivedFile, Failure>> => {
  const name = nameOf(input, means.project);
  const copy = await means.cache.find(name);
  if (copy === undefined) return fetchAndKeep(input, means, name);
  try {
    const current = await revalidate(input, means, copy.entry);
    if (current.isErr()) return err(current.error);
    if (current.value === undefined) return await fetchAndKeep(input, means, name);
    if (!(await isIntact(copy))) {
      means.call.note('the copy in the cache was damaged; fetched again');
      await means.cache.drop(name, copy.entry).catch(() => undefined);
      return await fetchAndKeep(input, means, name);
    }
    return await deliver(input, { means, copy: { ...copy, entry: current.value }, name });
  } finally {
    await copy.file.close();
  }
};

const nameOf = ({ bucket, path }: DownloadInput, project: string): string =>
  createHash('sha256')
    .update(JSON.stringify([project, bucket, path]))
    .digest('hex');

const fetchAndKeep = async (
  input: DownloadInput,
  means: CachedMeans,
  name: string,
): Promise<Result<ReceivedFile, Failure>> => {
  const { target, kept } = keepingTarget(input.to, means.cache);
  const received = await downloadFile({ ...input, to: target }, means);
  const sha256 = kept();
  if (received.isErr() || sha256 === undefined || received.value.etag === '') return received;
  const { etag, sizeBytes, contentType, verified } = received.value;
  await means.cache
    .keep(name, { etag, sizeBytes, contentType, sha256, verified })
    .catch(() => means.call.note('no copy could be put into the cache'));
  return received;
};

/** Asks for one byte of any other version: when there is none, gives the entry as it is now, since a type may change under the same bytes. */
const revalidate = (
  { bucket, path }: DownloadInput,
  { attempt }: CachedMeans,
  entry: CacheEntry,
): Promise<Result<CacheEntry | undefined, Failure>> =>
  attempt.beside(
    async (own) => {
      const answer = await own.ask({
        send: ({ storage }) => storage.from(bucket).download(encodeKey(path)).asStream(),
        read: streamOf,
        explain: storageFailureOf,
      });
      if (own.exchange.status === 304)
        return ok({ ...entry, contentType: own.exchange.headers?.get('content-type') ?? entry.contentType });
      // An object that has become empty has no first byte.
      if (answer.isErr()) return answer.error.code === 'InvalidRange' ? ok(undefined) : err(answer.error);
      await answer.value.cancel();
      return ok(undefined);
    },
    { 'if-none-match': entry.etag, range: 'bytes=0-0' },
  );

const pieceBytes = 512 * 1024;

async function* bytesOf({ file }: CachedCopy): AsyncGenerator<Uint8Array> {
  for (let position = 0; ;) {
    const { bytesRead, buffer } = await file.read(Buffer.allocUnsafe(pieceBytes), 0, pieceBytes, position);
    if (bytesRead === 0) return;
    yield buffer.subarray(0, bytesRead);
    position += bytesRead;
  }
}

/** Before a byte is given: a stream could not take it back. */
const isIntact = async (copy: CachedCopy): Promise<boolean> => {
  const hash = createHash('sha256');
  try {
    for await (const piece of bytesOf(copy)) hash.update(piece);
    return hash.digest('hex') === copy.entry.sha256;
  } catch {
    return false;
  }
};

interface Delivery {
  readonly means: CachedMeans;
  readonly copy: CachedCopy;
  readonly name: string;
}

const deliver = async (
  { bucket, path, to }: DownloadInput,
  { means: { attempt, cache, call }, copy, name }: Delivery,
): Promise<Result<ReceivedFile, Failure>> => {
  const { etag, sizeBytes, contentType, verified } = copy.entry;
  const opened = await to.open({ etag, sizeBytes });
  if (opened.isErr()) {
    const { layer: _layer, ...failure } = opened.error;
    return err(failure);
  }
  const writer = opened.value;
  const leave = async (failure: Failure): Promise<Failure> => {
    await writer.discard().catch(() => call.note('what was written could not be removed'));
    return failure;
  };
  try {
    for await (const piece of bytesOf(copy)) {
      if (attempt.exchange.signal.aborted) break;
      await writer.write(piece);
      call.progressed();
    }
    if (attempt.exchange.signal.aborted) return err(await leave(wrongBytes('Aborted')));
    await writer.commit();
  } catch (cause) {
    return err(await leave(targetFailed(cause)));
  }
  // A copy that another process removed meanwhile was given all the same.
  await cache.touch(name, copy.entry).catch(() => undefined);
  call.note('the copy in the cache is the current version; no bytes were moved');
  return ok({ bucket, path, sizeBytes, contentType, etag, verified });
};
