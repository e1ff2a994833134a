import { createHash } from 'node:crypto';
import type { ByteRange, Call, ObjectKey, RangeWriter } from '@hybrid-supabase/core';
import { err, ok, type Result } from 'neverthrow';
import { abortableReader } from './abortable-reader.js';
import type { AnswerBody } from './answer-body.js';
import { createRangeQueue, type RangeQueue } from './byte-ranges.js';
import { chunkBytes } from './chunk-bytes.js';
import type { Attempt } from './door.js';
import { unreadable, type Failure } from './failure.js';
import { networkFailureOf } from './network-failure.js';
import { encodeKey } from './object-key.js';
import { isSameTag, replaced, type ObjectVersion } from './object-version.js';
import { storageFailureOf } from './storage-failure.js';
import { streamOf } from './stream-of.js';
import { targetFailed } from './target-failed.js';
import { wrongBytes } from './wrong-bytes.js';

/**
 * The most one request asks for; a larger object comes in ranges where its target can take them. Three are under way
 * at once and the first may be asked for again, so that a kill costs one chunk at the very most, as it does an upload.
 */
export const partBytes = chunkBytes / 4;

/** What asks for a range, of the bytes as they are stored. */
export const rangeHeaders = ({ from, to }: ByteRange): Readonly<Record<string, string>> => ({
  range: `bytes=${from}-${to - 1}`,
  'accept-encoding': 'identity',
});

const workers = 2;

/** What a download in ranges works with. */
export interface RangedDownload {
  readonly object: ObjectKey;
  readonly version: ObjectVersion;
  readonly writer: RangeWriter;
  readonly call: Call;
  readonly attempt: Attempt;
}

type Bytes = AnswerBody;

/**
 * The answer that is open already is read from the front, while others fetch parts from the end. All parts are of one version. What arrived is kept when the rest does not come, and thrown away when it
 * proves wrong. Undefined says that the bytes are verified and committed.
 */
export const downloadRanges = async (download: RangedDownload, opened: Bytes): Promise<Failure | undefined> => {
  const { writer, call, attempt, version } = download;
  const queue = createRangeQueue(writer.missing);
  const received = version.sizeBytes - writer.missing.reduce((sum, { from, to }) => sum + to - from, 0);
  if (received > 0) call.note(`went on with a download that had ${received} bytes`);
  const outcomes = await Promise.all([
    front({ ...download, queue }, opened),
    ...Array.from({ length: workers }, () => back({ ...download, queue })),
  ]);
  const failures = outcomes.filter((failure) => failure !== undefined);
  const failure = failures.find(({ code }) => code === replaced.code) ?? failures[0];
  const isRest = queue.takeLast(1) !== undefined;
  if (failure !== undefined && (isRest || failure.code !== noRanges.code)) return end(download, failure);
  if (isRest || attempt.exchange.signal.aborted) return end(download, wrongBytes('Aborted'));
  const wrong = (await verify(download)) ?? (await writing(() => writer.commit()));
  return wrong === undefined ? undefined : end(download, wrong);
};

/** Bytes of another version or of no use go; bytes that may be gone on with stay. */
const end = async ({ writer, call }: RangedDownload, failure: Failure): Promise<Failure> => {
  const isOver = ['Replaced', 'ChecksumDiffers', noRanges.code].includes(failure.code ?? '');
  const ended = isOver ? writer.discard() : writer.keep();
  await ended.catch(() => call.note('what was written could not be put in order'));
  return failure;
};

interface Work extends RangedDownload {
  readonly queue: RangeQueue;
}

const front = async (work: Work, opened: Bytes): Promise<Failure | undefined> => {
  const reader = abortableReader(opened, work.attempt.exchange.signal);
  let position = 0;
  try {
    for (;;) {
      const chunk = await reader.read();
      if (chunk === undefined) break;
      const { taken, wrong } = await putFree(work, position, chunk);
      if (wrong !== undefined) return wrong;
      position += taken;
      if (taken < chunk.byteLength) break;
    }
  } catch {
    // Whatever broke it, the rest is asked for again.
    work.call.note(`the connection broke after ${position} bytes; went on`);
  } finally {
    reader.end();
  }
  return back(work);
};

/** Puts as much of the chunk as nobody else has taken. */
const putFree = async (work: Work, offset: number, chunk: Uint8Array): Promise<{ taken: number; wrong?: Failure }> => {
  let taken = 0;
  for (;;) {
    const length = work.queue.takeAt(offset + taken, chunk.byteLength - taken);
    if (length === 0) return { taken };
    const wrong = await put(work, offset + taken, chunk.subarray(taken, taken + length));
    taken += length;
    if (wrong !== undefined) return { taken, wrong };
  }
};

const back = async (work: Work): Promise<Failure | undefined> => {
  for (;;) {
    if (work.attempt.exchange.signal.aborted) return wrongBytes('Aborted');
    const range = work.queue.takeLast(partBytes);
    if (range === undefined) return undefined;
    const reached = await fetchRange(work, range);
    if (reached.isOk()) continue;
    const { failure, position } = reached.error;
    work.queue.giveBack({ from: position, to: range.to });
    // Without a step forward it is for the router to judge whether to go on.
    if (position === range.from || failure.kind !== 'interrupted' || failure.code === replaced.code) return failure;
    work.call.note(`the connection broke after ${position} bytes; went on`);
  }
};

interface Stopped {
  readonly failure: Failure;
  readonly position: number;
}

const fetchRange = async (work: Work, range: ByteRange): Promise<Result<void, Stopped>> => {
  let position = range.from;
  const failed = (failure: Failure): Result<void, Stopped> => err({ failure, position });
  const body = await openRange(work, range);
  if (body.isErr()) return failed(body.error);
  const reader = abortableReader(body.value, work.attempt.exchange.signal);
  try {
    for (;;) {
      const chunk = await reader.read();
      if (chunk === undefined) break;
      const piece = chunk.subarray(0, range.to - position);
      const wrong = await put(work, position, piece);
      if (wrong !== undefined) return failed(wrong);
      position += piece.byteLength;
    }
  } catch (cause) {
    return failed({ ...networkFailureOf(cause), kind: 'interrupted', effect: 'none', cause });
  } finally {
    reader.end();
  }
  return position === range.to ? ok(undefined) : failed(wrongBytes('SizeDiffers'));
};

const openRange = ({ object, version, attempt }: Work, { from, to }: ByteRange): Promise<Result<Bytes, Failure>> =>
  attempt.beside(async (own) => {
    const body = await own.ask({
      send: ({ storage }) => storage.from(object.bucket).download(encodeKey(object.path)).asStream(),
      read: streamOf,
      explain: storageFailureOf,
    });
    if (body.isErr()) return err(body.error);
    const wrong = wrongPart(own, version, from);
    if (wrong === undefined) return ok(body.value);
    await body.value.cancel();
    return err(wrong);
  }, rangeHeaders({ from, to }));

const wrongPart = ({ exchange }: Attempt, version: ObjectVersion, from: number): Failure | undefined => {
  const { status, headers } = exchange;
  if (!isSameTag(headers?.get('etag') ?? '', version.etag)) return replaced;
  const isPart = status === 206 && headers?.get('content-range')?.startsWith(`bytes ${from}-`);
  return isPart ? undefined : noRanges;
};

const put = async ({ writer, call }: Work, offset: number, chunk: Uint8Array): Promise<Failure | undefined> => {
  const wrong = await writing(() => writer.writeAt(offset, chunk));
  call.progressed();
  return wrong;
};

const verify = async ({ writer, version, call }: RangedDownload): Promise<Failure | undefined> => {
  const { checksum } = version;
  if (checksum === undefined) return undefined;
  const hash = createHash(checksum.algorithm);
  const wrong = await writing(async () => {
    for await (const chunk of writer.read()) {
      hash.update(chunk);
      call.progressed();
    }
  });
  return wrong ?? (hash.digest('hex') === checksum.digest ? undefined : wrongBytes('ChecksumDiffers'));
};

const writing = async (work: () => Promise<void>): Promise<Failure | undefined> => {
  try {
    await work();
    return undefined;
  } catch (cause) {
    return targetFailed(cause);
  }
};

const noRanges = { ...unreadable, effect: 'none', code: 'NoRanges' } as const satisfies Failure;
