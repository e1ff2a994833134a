import type { Writable } from 'node:stream';
import { layerError, type FileTarget, type FileWriter } from '@hybrid-supabase/core';
import { err, ok } from 'neverthrow';

/**
 * A stream of the caller: a web `WritableStream` or a Node `Writable`. It sees bytes before they are verified, so it
 * ends only after all of them were, and breaks when they were not. It takes one attempt: what it has seen, nobody can take back.
 */
export const targetToStream = (stream: WritableStream<Uint8Array> | Writable): FileTarget => {
  let isTaken = false;
  return {
    async open() {
      if (isTaken) return err(taken);
      isTaken = true;
      return ok('getWriter' in stream ? webWriter(stream) : nodeWriter(stream));
    },
  };
};

const broken = (): Error => new Error('The download broke off; what was written is not the whole object.');

const webWriter = (stream: WritableStream<Uint8Array>): FileWriter => {
  const writer = stream.getWriter();
  // Whoever writes is told; nobody else waits for this.
  writer.closed.catch(() => undefined);
  let isOver = false;
  return {
    async write(chunk) {
      await writer.ready;
      await writer.write(chunk);
    },
    async commit() {
      await writer.close();
      isOver = true;
    },
    async discard() {
      if (isOver) return;
      isOver = true;
      await writer.abort(broken()).catch(() => undefined);
    },
  };
};

const nodeWriter = (stream: Writable): FileWriter => {
  let isOver = false;
  let failure: unknown;
  // A stream without a listener would end the process.
  stream.on('error', (cause) => (failure ??= cause));
  const settled = (work: (done: (cause?: Error | null) => void) => void): Promise<void> =>
    new Promise((resolve, reject) => {
      // Destroyed from outside, a stream forgets its callbacks.
      const closed = (): void => reject(failure ?? new Error('The stream was closed.'));
      if (stream.destroyed) return closed();
      stream.once('close', closed);
      work((cause) => {
        stream.off('close', closed);
        if (cause) reject(cause);
        else resolve();
      });
    });
  return {
    write: (chunk) => settled((done) => stream.write(chunk, done)),
    async commit() {
      await settled((done) => stream.end(done));
      isOver = true;
    },
    async discard() {
      if (isOver) return;
      isOver = true;
      stream.destroy(broken());
    },
  };
};

const taken = layerError({
  kind: 'failed',
  layer: 'stream',
  effect: 'none',
  code: 'TargetSpent',
  message: 'An earlier attempt wrote into this stream and broke off, so that no other can begin.',
  hint: 'Call again with a new stream, or download to a file, which takes any number of attempts.',
});
