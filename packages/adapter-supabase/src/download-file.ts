import { createHash } from 'node:crypto';
import {
  untilStopped,
  type Call,
  type FileTarget,
  type FileWriter,
  type LayerError,
  type ObjectKey,
  type RangeWriter,
  type ReceivedFile,
} from '@hybrid-supabase/core';
import { err, ok, type Result } from 'neverthrow';
import { wholeBody, type AnswerBody } from './answer-body.js';
import type { Attempt } from './door.js';
import type { Failure } from './failure.js';
import { networkFailureOf } from './network-failure.js';
import { encodeKey } from './object-key.js';
import { versionOf, type ObjectVersion } from './object-version.js';
import { downloadRanges, partBytes, rangeHeaders } from './ranged-download.js';
import { storageFailureOf } from './storage-failure.js';
import { streamOf } from './stream-of.js';
import { targetFailed } from './target-failed.js';
import { wrongBytes } from './wrong-bytes.js';

/** What a download takes. */
export type DownloadInput = ObjectKey & { readonly to: FileTarget };

/** What a download is done with. */
export interface DownloadMeans {
  readonly call: Call;
  readonly attempt: Attempt;
  readonly md5Etags: boolean;
}

/**
 * Streams one version of the object into the target and commits only verified bytes: the size always, the checksum
 * where one is known. A target that takes ranges is asked for the first part only, so that no large answer is cut off.
 */
export const downloadFile = async (
  input: DownloadInput,
  means: DownloadMeans,
): Promise<Result<ReceivedFile, Failure>> => {
  if (input.to.openRanges === undefined) return downloadWhole(input, means);
  const begun = await means.attempt.beside(
    (own) => downloadFrom(input, { ...means, attempt: own }),
    rangeHeaders({ from: 0, to: partBytes }),
  );
  // An empty object has no first part, and a target that is taken wants the whole in one piece.
  const wantsWhole = begun.isErr() && (begun.error.code === 'InvalidRange' || begun.error.code === needsWhole.code);
  return wantsWhole ? downloadWhole(input, means) : begun;
};

const downloadFrom = async (input: DownloadInput, means: DownloadMeans): Promise<Result<ReceivedFile, Failure>> => {
  const { attempt, call } = means;
  const opened = await openBody(input, means);
  if (opened.isErr()) return err(opened.error);
  const { body, version } = opened.value;
  const isPart = attempt.exchange.status === 206 && version.sizeBytes > partBytes;
  const ranges = version.sizeBytes > partBytes ? await rangesFor(input.to, version) : undefined;
  if (ranges !== undefined) {
    const failure = await downloadRanges({ object: input, version, writer: ranges, call, attempt }, body);
    return failure === undefined ? ok(receivedFileOf(input, version)) : err(failure);
  }
  if (!isPart) return receiveInto(input, means, opened.value);
  await body.cancel();
  return err(needsWhole);
};

const downloadWhole = async (input: DownloadInput, means: DownloadMeans): Promise<Result<ReceivedFile, Failure>> => {
  const opened = await openBody(input, means);
  return opened.isErr() ? err(opened.error) : receiveInto(input, means, opened.value);
};

interface OpenBody {
  readonly body: AnswerBody;
  readonly version: ObjectVersion;
}

const openBody = async (
  input: DownloadInput,
  { call, attempt, md5Etags }: DownloadMeans,
): Promise<Result<OpenBody, Failure>> => {
  attempt.exchange.onPiece = () => call.progressed();
  const body = await attempt.ask<AnswerBody>({
    send: ({ storage }) => storage.from(input.bucket).download(encodeKey(input.path)).asStream(),
    read: (data, { wholeBytes }) => (wholeBytes === undefined ? streamOf(data) : wholeBody(wholeBytes)),
    explain: storageFailureOf,
  });
  if (body.isErr()) return err(body.error);
  const version = await versionOf({ object: input, attempt, md5Etags });
  if (version.isOk()) return ok({ body: body.value, version: version.value });
  await body.value.cancel();
  return err(version.error);
};

const receiveInto = async (
  input: DownloadInput,
  { call, attempt }: DownloadMeans,
  { body, version }: OpenBody,
): Promise<Result<ReceivedFile, Failure>> => {
  const opened = await input.to.open({ etag: version.etag, sizeBytes: version.sizeBytes });
  if (opened.isErr()) {
    await body.cancel();
    return err(withoutLayer(opened.error));
  }
  const failure = await receive({ body, version, writer: opened.value, call, signal: attempt.exchange.signal });
  return failure === undefined ? ok(receivedFileOf(input, version)) : err(failure);
};

const needsWhole = {
  ...{ kind: 'unexpected', effect: 'none', code: 'NeedsWhole' },
  message: 'The target takes the object in one piece only.',
} as const satisfies Failure;

/** What a download answers with. */
const receivedFileOf = (
  { bucket, path }: ObjectKey,
  { sizeBytes, contentType, etag, checksum }: ObjectVersion,
): ReceivedFile => ({
  ...{ bucket, path, sizeBytes, contentType, etag },
  verified: checksum === undefined ? 'size' : 'checksum',
});

const rangesFor = async (to: FileTarget, { etag, sizeBytes }: ObjectVersion): Promise<RangeWriter | undefined> => {
  if (etag === '') return undefined;
  const opened = await to.openRanges?.({ etag, sizeBytes });
  return opened?.unwrapOr(undefined);
};

interface Receiving {
  readonly body: AnswerBody;
  readonly version: ObjectVersion;
  readonly writer: FileWriter;
  readonly call: Call;
  readonly signal: AbortSignal;
}

const receive = async (receiving: Receiving): Promise<Failure | undefined> => {
  const failure = await copyBytes(receiving);
  if (failure !== undefined)
    await receiving.writer.discard().catch(() => receiving.call.note('what was written could not be removed'));
  return failure;
};

const withoutLayer = ({ layer: _layer, ...failure }: LayerError): Failure => failure;

/** Gives why the bytes are not to be trusted; undefined when they are committed. */
const copyBytes = async ({ body, version, writer, call, signal }: Receiving): Promise<Failure | undefined> => {
  const { sizeBytes, checksum } = version;
  const hash = checksum === undefined ? undefined : createHash(checksum.algorithm);
  let count = 0;
  const reader = body.getReader();
  try {
    for (;;) {
      const step = await reader.read();
      if (step.done || step.value === undefined) break;
      const chunk = step.value;
      count += chunk.byteLength;
      if (count > sizeBytes) break;
      hash?.update(chunk);
      // A target that takes no more is told when the call is over, instead of being waited for.
      const written = await untilStopped(
        writing(() => writer.write(chunk)),
        [signal],
      );
      if (written === 'stopped') return wrongBytes('Aborted');
      if (written.value !== undefined) return written.value;
      call.progressed();
    }
  } catch (cause) {
    return { ...networkFailureOf(cause), cause };
  } finally {
    // Ends the request when it is left early; after the last byte there is nothing left to cancel.
    reader.cancel().catch(() => undefined);
  }
  if (count !== sizeBytes) return wrongBytes('SizeDiffers');
  if (hash && hash.digest('hex') !== checksum?.digest) return wrongBytes('ChecksumDiffers');
  if (signal.aborted) return wrongBytes('Aborted');
  return writing(() => writer.commit());
};

const writing = async (work: () => Promise<void>): Promise<Failure | undefined> => {
  try {
    await work();
    return undefined;
  } catch (cause) {
    return targetFailed(cause);
  }
};
