import type { FileSource, UnmeasuredSource } from '@hybrid-supabase/core';
import { chunkBytes } from './chunk-bytes.js';
import { createReplay } from './stream-replay.js';

/** Bytes as they come: a web `ReadableStream`, a Node `Readable`, a generator. */
export type ByteStream = AsyncIterable<Uint8Array> | ReadableStream<Uint8Array>;

/** What is known of a stream. */
export interface StreamSourceOptions {
  /** How many bytes will come. A stream that gives another number leaves no object. */
  readonly sizeBytes?: number;
  /** So many bytes from the start are kept in memory: until more were read, a failed upload can be sent again. @default 6 MiB */
  readonly replayBytes?: number;
}

const defaultReplayBytes = chunkBytes;

/**
 * A stream, which can be read once. Nothing of it is read before it is sent. An upload that fails after `replayBytes`
 * were read is not sent again, and its error says so. A stream that was not read to its end is left to its owner.
 */
export function sourceFromStream(
  stream: ByteStream,
  options: StreamSourceOptions & { readonly sizeBytes: number },
): FileSource;
export function sourceFromStream(
  stream: ByteStream,
  options?: StreamSourceOptions & { readonly sizeBytes?: never },
): UnmeasuredSource;
export function sourceFromStream(
  stream: ByteStream,
  { sizeBytes, replayBytes = defaultReplayBytes }: StreamSourceOptions = {},
): FileSource | UnmeasuredSource {
  hearErrors(stream);
  const { read, isSpent } = createReplay(stream, replayBytes);
  return sizeBytes === undefined ? { open: () => read(0), isSpent } : { sizeBytes, open: read, isSpent };
}

/** A Node stream that breaks while nobody reads it ends the process, unless somebody listens; the reading tells of it later. */
const hearErrors = (stream: ByteStream): void => {
  if ('on' in stream && typeof stream.on === 'function') stream.on('error', () => undefined);
};
