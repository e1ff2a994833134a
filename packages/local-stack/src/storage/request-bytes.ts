import type { Readable } from 'node:stream';
import type { StorageRequest } from './storage-context.js';

const drainBytes = 64 * 1024 * 1024;
const drainMs = 5000;

/** Bytes of a stream that stays open when the reader leaves early; else its socket would be cut before the answer is out. */
export function bytesOf(stream: Readable): AsyncIterable<Uint8Array> {
  return { [Symbol.asyncIterator]: () => stream.iterator({ destroyOnReturn: false }) };
}

/**
 * The answer once what is left of the body was read, so that the client gets to it and can use the connection again.
 * When there is too much left, or it comes too slowly, the connection closes.
 */
export async function afterBody(c: StorageRequest, response: Response, forMs: number = drainMs): Promise<Response> {
  if (!(await drainRequest(c, forMs))) response.headers.set('connection', 'close');
  return response;
}

function drainRequest(c: StorageRequest, forMs: number): Promise<boolean> {
  const { incoming } = c.env;
  incoming.unpipe();
  if (incoming.readableEnded || incoming.destroyed) return Promise.resolve(true);
  return new Promise((resolve) => {
    let left = drainBytes;
    const count = (chunk: Uint8Array): void => {
      left -= chunk.byteLength;
      if (left < 0) finish(false);
    };
    const ended = (): void => finish(true);
    const timer = setTimeout(() => finish(false), forMs);
    const finish = (drained: boolean): void => {
      clearTimeout(timer);
      incoming.off('data', count).off('end', ended).off('close', ended);
      resolve(drained);
    };
    incoming.on('data', count).once('end', ended).once('close', ended).resume();
  });
}
