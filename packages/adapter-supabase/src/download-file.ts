import { createHash } from 'node:crypto';
import type { Call, FileInfo, FileTarget, FileWriter, ObjectKey } from '@hybrid-supabase/core';
import { err, ok, type Result } from 'neverthrow';
import type { Attempt } from './door.js';
import type { Failure } from './failure.js';
import { fileInfoOf } from './file-info.js';
import { networkFailureOf } from './network-failure.js';
import { encodeKey } from './object-key.js';
import { textOf } from './read-value.js';
import { storageFailureOf } from './storage-failure.js';

/** What a download takes. */
export type DownloadInput = ObjectKey & { readonly to: FileTarget };

/**
 * Streams one version of the object into the target and commits only verified bytes: the size always, the
 * checksum when the object's metadata has a `sha256`.
 */
export const downloadFile = async (
  input: DownloadInput,
  call: Call,
  attempt: Attempt,
): Promise<Result<FileInfo, Failure>> => {
  const key = encodeKey(input.path);
  const info = await attempt.ask({
    send: ({ storage }) => storage.from(input.bucket).info(key),
    read: fileInfoOf(input),
    explain: storageFailureOf,
  });
  if (info.isErr()) return err(info.error);
  const body = await attempt.ask({
    send: ({ storage }) => storage.from(input.bucket).download(key).asStream(),
    read: streamOf,
    explain: storageFailureOf,
  });
  if (body.isErr()) return err(body.error);
  const etag = attempt.exchange.headers?.get('etag');
  if (etag && info.value.etag && strong(etag) !== strong(info.value.etag)) {
    await body.value.cancel();
    return err(replaced);
  }
  const opened = await input.to.open();
  if (opened.isErr()) {
    await body.value.cancel();
    const { layer: _layer, ...failure } = opened.error;
    return err(failure);
  }
  return receive({ body: body.value, info: info.value, writer: opened.value, call, signal: attempt.exchange.signal });
};

interface Receiving {
  readonly body: ReadableStream<Uint8Array>;
  readonly info: FileInfo;
  readonly writer: FileWriter;
  readonly call: Call;
  readonly signal: AbortSignal;
}

const receive = async (receiving: Receiving): Promise<Result<FileInfo, Failure>> => {
  const failure = await copyBytes(receiving);
  if (failure === undefined) return ok(receiving.info);
  await receiving.writer.discard().catch(() => receiving.call.note('what was written could not be removed'));
  return err(failure);
};

/** Gives why the bytes are not to be trusted; undefined when they are committed. */
const copyBytes = async ({ body, info, writer, call, signal }: Receiving): Promise<Failure | undefined> => {
  const promised = checksumOf(info);
  const hash = promised === undefined ? undefined : createHash('sha256');
  let count = 0;
  const reader = body.getReader();
  try {
    for (;;) {
      const step = await reader.read();
      if (step.done) break;
      count += step.value.byteLength;
      if (count > info.sizeBytes) break;
      hash?.update(step.value);
      const wrong = await writing(() => writer.write(step.value));
      if (wrong !== undefined) return wrong;
      call.progressed();
    }
  } catch (cause) {
    return { ...networkFailureOf(cause), cause };
  } finally {
    // Ends the request when it is left early; after the last byte there is nothing left to cancel.
    reader.cancel().catch(() => undefined);
  }
  if (count !== info.sizeBytes) return wrongBytes('SizeDiffers');
  if (hash && hash.digest('hex') !== promised) return wrongBytes('ChecksumDiffers');
  if (signal.aborted) return wrongBytes('Aborted');
  return writing(() => writer.commit());
};

const checksumOf = ({ metadata }: FileInfo): string | undefined => {
  const known = textOf(metadata['sha256']);
  return known !== undefined && /^[0-9a-f]{64}$/.test(known) ? known : undefined;
};

const writing = async (work: () => Promise<void>): Promise<Failure | undefined> => {
  try {
    await work();
    return undefined;
  } catch (cause) {
    return {
      kind: 'failed',
      effect: 'none',
      code: 'TargetFailed',
      message: 'The bytes could not be written to where they should go.',
      hint: 'Check that there is room and that the place may be written to.',
      cause,
    };
  }
};

const streamOf = (data: unknown): ReadableStream<Uint8Array> | undefined =>
  data instanceof ReadableStream ? data : data === null ? new Blob([]).stream() : undefined;

/** A gateway that compresses weakens the tag on the way. */
const strong = (etag: string): string => etag.replace(/^W\//, '').replaceAll('"', '');

const replaced: Failure = {
  kind: 'interrupted',
  effect: 'none',
  code: 'Replaced',
  message: 'The object was replaced while it was asked for.',
  hint: 'Download it again.',
};

const wrongBytes = (code: string): Failure => ({
  kind: 'interrupted',
  effect: 'none',
  code,
  message: 'What arrived is not what the object holds.',
  hint: 'Download it again; if it happens every time, the object itself is damaged.',
});
