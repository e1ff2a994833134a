import type { IncomingMessage } from 'node:http';
import { pipeline, type Readable, type Transform } from 'node:stream';
import { createBrotliDecompress, createGunzip, createInflate } from 'node:zlib';
import type { Passage } from './http-pool.js';

/** A body of at most so many bytes is read at once: in one piece it costs a fraction of a stream, and its connection is free sooner. */
const wholeBytes = 256 * 1024;
/** So much of a longer one waits for its reader. */
const queueBytes = 64 * 1024;

const withoutBody = new Set([204, 205, 304]);

const decoders: Readonly<Record<string, () => Transform>> = {
  gzip: createGunzip,
  'x-gzip': createGunzip,
  deflate: createInflate,
  br: createBrotliDecompress,
};

/** The answer as the platform has it. Rejects when a short one breaks off; a long one then breaks in its body. */
export const answerOfMessage = async (
  message: IncomingMessage,
  { onPiece, onWhole }: Pick<Passage, 'onPiece' | 'onWhole'> = {},
): Promise<Response> => {
  const { statusCode: status = 0, statusMessage: statusText = '' } = message;
  const head = { status, statusText, headers: headersOf(message) };
  if (withoutBody.has(status)) {
    message.resume();
    return new Response(null, head);
  }
  const encoding = message.headers['content-encoding'];
  const isShort = encoding === undefined && Number(message.headers['content-length'] ?? Number.NaN) <= wholeBytes;
  if (!isShort) return new Response(bytesOf(decoded(message, encoding)), head);
  const bytes = await whole(message, onPiece);
  if (onWhole === undefined || status < 200 || status > 299) return new Response(bytes, head);
  onWhole(bytes);
  return new Response(null, head);
};

const headersOf = ({ headers }: IncomingMessage): Headers => {
  const all = new Headers();
  for (const [name, value] of Object.entries(headers)) {
    if (value !== undefined) all.set(name, Array.isArray(value) ? value.join(', ') : value);
  }
  return all;
};

const whole = (message: IncomingMessage, onPiece: Passage['onPiece']): Promise<Uint8Array<ArrayBuffer>> =>
  new Promise((resolve, reject) => {
    const chunks: Buffer[] = [];
    message.on('data', (chunk: Buffer) => {
      chunks.push(chunk);
      onPiece?.();
    });
    message.once('end', () => resolve(Buffer.concat(chunks)));
    message.once('error', reject);
  });

const decoded = (message: IncomingMessage, encoding: string | undefined): Readable => {
  const decoder = encoding === undefined ? undefined : decoders[encoding.toLowerCase()]?.();
  return decoder === undefined ? message : pipeline(message, decoder, () => undefined);
};

const queue = { highWaterMark: queueBytes, size: (chunk?: Uint8Array) => chunk?.byteLength ?? 0 };

const bytesOf = (source: Readable): ReadableStream<Uint8Array> => {
  let isOver = false;
  return new ReadableStream<Uint8Array>(
    {
      start(controller) {
        source.on('data', (chunk: Uint8Array) => {
          if (isOver) return;
          controller.enqueue(chunk);
          if ((controller.desiredSize ?? 0) <= 0) source.pause();
        });
        source.once('end', () => {
          // Also heard by whoever left at the moment the last byte came.
          if (isOver) return;
          isOver = true;
          controller.close();
        });
        source.once('error', (cause) => {
          isOver = true;
          controller.error(cause);
        });
      },
      pull: () => void source.resume(),
      cancel() {
        isOver = true;
        source.destroy();
      },
    },
    queue,
  );
};
