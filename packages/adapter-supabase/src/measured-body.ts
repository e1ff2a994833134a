import { createHash } from 'node:crypto';
import type { FileSource } from '@hybrid-supabase/core';
import { refusal, type Failure } from './failure.js';
import { unreadableSource } from './unreadable-source.js';

/** The bytes of one upload, on their way. */
export interface MeasuredBody {
  readonly bytes: AsyncIterable<Uint8Array>;
  /** Why the source did not hold what it promised; the last bytes were then never sent. */
  fault(): Failure | undefined;
}

/** What the bytes must be. */
export interface MeasuredBodyOptions {
  readonly source: FileSource;
  readonly sha256: string | undefined;
  progressed(): void;
}

const changedHint = 'Leave the source alone while it is read, and measure it right before.';

/**
 * Counts and hashes on the way out, one chunk behind the source: the last chunk goes out only when the source
 * has ended with the promised size and checksum. A server that was told the length never sees a whole body
 * of wrong bytes, so no wrong object stays.
 */
export const measuredBody = ({ source, sha256, progressed }: MeasuredBodyOptions): MeasuredBody => {
  let fault: Failure | undefined;
  const fail = (failure: Failure): Error => {
    fault = failure;
    return new Error(failure.message);
  };
  const bytes = async function* (): AsyncGenerator<Uint8Array> {
    const hash = sha256 === undefined ? undefined : createHash('sha256');
    let count = 0;
    let held: Uint8Array | undefined;
    try {
      for await (const chunk of source.open(0)) {
        if (chunk.byteLength === 0) continue;
        count += chunk.byteLength;
        if (count > source.sizeBytes) throw fail(refusal('The source has more bytes than it said.', changedHint));
        hash?.update(chunk);
        if (held !== undefined) yield held;
        held = chunk;
        progressed();
      }
    } catch (cause) {
      if (fault === undefined) throw fail(unreadableSource(cause));
      throw cause;
    }
    if (count < source.sizeBytes) throw fail(refusal('The source has fewer bytes than it said.', changedHint));
    if (hash && hash.digest('hex') !== sha256)
      throw fail(refusal('The bytes do not have the checksum given.', changedHint));
    if (held !== undefined) yield held;
  };
  return { bytes: bytes(), fault: () => fault };
};
