import { createHash, type Hash } from 'node:crypto';
import type { FileSource } from '@hybrid-supabase/core';
import { err, ok, type Result } from 'neverthrow';
import { refusal, type Failure } from './failure.js';
import { unreadableSource } from './unreadable-source.js';

/** A source, chunk by chunk. */
export interface SourceChunks {
  /**
   * The chunk that begins at `offset`; the last one only after the source has ended with the promised size and
   * checksum. It stays valid until the next but one is asked for.
   */
  at(offset: number): Promise<Result<Uint8Array, Failure>>;
  close(): Promise<void>;
}

/** What is cut into chunks. */
export interface SourceChunksOptions {
  readonly source: FileSource;
  readonly sha256: string | undefined;
  readonly chunkBytes: number;
}

const changedHint = 'Leave the source alone while it is read, and measure it right before.';

/** Reads forward; an offset that is neither the next one nor in the latest chunk starts the source anew from there. */
export const createSourceChunks = ({ source, sha256, chunkBytes }: SourceChunksOptions): SourceChunks => {
  const rooms: Buffer[] = [];
  let turn = 0;
  let nextOffset = -1;
  let iterator: AsyncIterator<Uint8Array> | undefined;
  let rest: Uint8Array = new Uint8Array();
  let hash: Hash | undefined;
  let hashedBytes = 0;
  let held: Uint8Array = new Uint8Array();

  const pull = async (): Promise<boolean> => {
    const step = await iterator?.next();
    if (step === undefined || step.done === true) return false;
    rest = step.value;
    return true;
  };

  const close = async (): Promise<void> => {
    await iterator?.return?.();
    iterator = undefined;
  };

  /** Inside the chunk that went out last nothing needs to be read again, which a stream could not do. */
  const seek = async (offset: number): Promise<void> => {
    const again = offset - (nextOffset - held.byteLength);
    if (iterator !== undefined && again >= 0 && offset < nextOffset) {
      rest = Buffer.concat([held.subarray(again), rest]);
      nextOffset = offset;
      return;
    }
    await close();
    iterator = source.open(offset)[Symbol.asyncIterator]();
    rest = new Uint8Array();
    nextOffset = offset;
  };

  const fill = async (length: number): Promise<Uint8Array> => {
    await hasMore();
    if (rest.byteLength >= length) return take(length);
    const room = nextRoom();
    let filled = 0;
    while (filled < length && (await hasMore())) {
      const piece = take(Math.min(rest.byteLength, length - filled));
      room.set(piece, filled);
      filled += piece.byteLength;
    }
    return room.subarray(0, filled);
  };

  /** Two in turn. Made when needed: bytes that lie in memory need none. */
  const nextRoom = (): Buffer => {
    turn = 1 - turn;
    return (rooms[turn] ??= Buffer.allocUnsafeSlow(Math.min(chunkBytes, source.sizeBytes)));
  };

  const take = (length: number): Uint8Array => {
    const piece = rest.subarray(0, length);
    rest = rest.subarray(length);
    return piece;
  };

  const hasMore = async (): Promise<boolean> => {
    while (rest.byteLength === 0) if (!(await pull())) return false;
    return true;
  };

  /** Every byte once, in order: what an earlier process sent is read again here, and bytes sent twice are not hashed twice. */
  const digest = async (chunk: Uint8Array, offset: number): Promise<void> => {
    if (sha256 === undefined) return;
    hash ??= createHash('sha256');
    if (hashedBytes < offset) {
      for await (const piece of source.open(hashedBytes)) {
        const wanted = piece.subarray(0, offset - hashedBytes);
        hash.update(wanted);
        hashedBytes += wanted.byteLength;
        if (hashedBytes >= offset) break;
      }
    }
    const fresh = chunk.subarray(Math.max(0, hashedBytes - offset));
    hash.update(fresh);
    hashedBytes += fresh.byteLength;
  };

  const lastFault = async (): Promise<Failure | undefined> => {
    if (await hasMore()) return refusal('The source has more bytes than it said.', changedHint);
    if (sha256 !== undefined && hash?.copy().digest('hex') !== sha256)
      return refusal('The bytes do not have the checksum given.', changedHint);
    return undefined;
  };

  return {
    async at(offset) {
      try {
        if (offset !== nextOffset) await seek(offset);
        const length = Math.min(chunkBytes, source.sizeBytes - offset);
        const chunk = await fill(length);
        nextOffset = offset + chunk.byteLength;
        held = chunk;
        if (chunk.byteLength < length) return err(refusal('The source has fewer bytes than it said.', changedHint));
        await digest(chunk, offset);
        const fault = nextOffset === source.sizeBytes ? await lastFault() : undefined;
        return fault === undefined ? ok(chunk) : err(fault);
      } catch (cause) {
        return err(unreadableSource(cause));
      }
    },
    close,
  };
};
