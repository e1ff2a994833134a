/** A stream that can be read from its start again while little of it was read. */
export interface Replay {
  /** Bytes from `offset` on. A later reader takes the stream over from an earlier one. */
  read(offset: number): AsyncGenerator<Uint8Array>;
  /** Whether more was read than is kept. */
  isSpent(): boolean;
}

/** Keeps the first `keptBytes` of the stream; with the byte after them it lets all of them go. */
export const createReplay = (stream: AsyncIterable<unknown>, keptBytes: number): Replay => {
  let kept: Uint8Array[] | undefined = [];
  let roomBytes = keptBytes;
  let iterator: AsyncIterator<unknown> | undefined;
  let reader = 0;
  let pulling: Promise<Uint8Array | undefined> | undefined;
  let failure: { readonly cause: unknown } | undefined;

  const next = async (): Promise<Uint8Array | undefined> => {
    if (failure !== undefined) throw failure.cause;
    try {
      iterator ??= stream[Symbol.asyncIterator]();
      const step = await iterator.next();
      if (step.done === true) return undefined;
      if (!(step.value instanceof Uint8Array)) throw new TypeError('The stream gave something that is not bytes.');
      return step.value;
    } catch (cause) {
      failure = { cause };
      throw cause;
    }
  };
  const pull = async (): Promise<Uint8Array | undefined> => {
    const piece = await next();
    if (piece === undefined || kept === undefined) return piece;
    roomBytes -= piece.byteLength;
    if (roomBytes < 0) kept = undefined;
    else kept.push(piece);
    return piece;
  };
  const pullAlone = async (): Promise<Uint8Array | undefined> => {
    try {
      return await (pulling = pull());
    } finally {
      pulling = undefined;
    }
  };

  async function* pieces(): AsyncGenerator<Uint8Array> {
    const mine = (reader += 1);
    // What an earlier reader still waits for belongs to whoever reads now.
    await pulling?.catch(() => undefined);
    if (kept === undefined) throw new Error('The stream was read before, and it can be read only once.');
    try {
      for (let at = 0; ; at += 1) {
        if (mine !== reader) throw new Error('Another reader took the stream over.');
        const piece = kept?.[at] ?? (await pullAlone());
        if (piece === undefined) return;
        yield piece;
      }
    } finally {
      if (mine === reader && kept === undefined) await iterator?.return?.();
    }
  }

  return {
    async *read(offset) {
      let position = 0;
      for await (const piece of pieces()) {
        const skipped = Math.max(0, offset - position);
        position += piece.byteLength;
        if (skipped < piece.byteLength) yield skipped === 0 ? piece : piece.subarray(skipped);
      }
    },
    isSpent: () => kept === undefined,
  };
};
