import { createHash } from 'node:crypto';
import type { UnmeasuredSource } from '@hybrid-supabase/core';
import { err, ok, type Result } from 'neverthrow';
import { refusal, type Failure } from './failure.js';
import { unreadableSource } from './unreadable-source.js';

/** A chunk, and whether the source ended with it. */
export interface Chunk {
  readonly bytes: Uint8Array;
  readonly isLast: boolean;
}

/** A source of unknown size, chunk by chunk. */
export interface UnmeasuredChunks {
  /** Stays valid until the next but one is asked for. The last one is given only when the checksum is right. */
  next(): Promise<Result<Chunk, Failure>>;
  close(): Promise<void>;
}

/** Every chunk but the last is full, and only an empty source gives an empty one. */
export const createUnmeasuredChunks = (
  source: UnmeasuredSource,
  { sha256, chunkBytes }: { readonly sha256: string | undefined; readonly chunkBytes: number },
): UnmeasuredChunks => {
  const iterator = source.open()[Symbol.asyncIterator]();
  const hash = sha256 === undefined ? undefined : createHash('sha256');
  const rooms: Uint8Array[] = [];
  let turn = 0;
  let rest: Uint8Array = new Uint8Array();

  const hasMore = async (): Promise<boolean> => {
    while (rest.byteLength === 0) {
      const step = await iterator.next();
      if (step.done === true) return false;
      rest = step.value;
    }
    return true;
  };
  const fill = async (): Promise<Uint8Array> => {
    turn = 1 - turn;
    const room = (rooms[turn] ??= Buffer.allocUnsafeSlow(chunkBytes));
    let filled = 0;
    while (filled < chunkBytes && (await hasMore())) {
      const piece = rest.subarray(0, chunkBytes - filled);
      room.set(piece, filled);
      filled += piece.byteLength;
      rest = rest.subarray(piece.byteLength);
    }
    return room.subarray(0, filled);
  };

  return {
    async next() {
      try {
        const bytes = await fill();
        hash?.update(bytes);
        const isLast = !(await hasMore());
        if (isLast && hash !== undefined && hash.digest('hex') !== sha256) return err(wrongChecksum);
        return ok({ bytes, isLast });
      } catch (cause) {
        return err(unreadableSource(cause));
      }
    },
    async close() {
      await iterator.return?.();
    },
  };
};

const wrongChecksum = refusal('The bytes do not have the checksum given.', 'Correct the checksum or the source.');
