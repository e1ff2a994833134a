import { FrameWatch, type FrameFault } from './frame-watch.js';

/** What a connection's stream has to be for us to watch it. */
interface WatchableStream {
  readonly destroyed: boolean;
  readonly writable: boolean;
  listeners(event: 'data'): readonly unknown[];
  removeListener(event: 'data', listener: (chunk: Uint8Array) => void): unknown;
  on(event: 'data', listener: (chunk: Uint8Array) => void): unknown;
  destroy(error: Error): unknown;
}

/** Stands between a connection and the driver that reads it. */
export interface StreamGuard {
  /** The next answer may have this many bytes on the wire. */
  startAnswer(limitBytes: number): void;
  /** What the guard ended the connection for, if it did. */
  fault(): FrameFault | undefined;
  /** False is a proof that nothing can be sent any more. */
  isAlive(): boolean;
}

/** One guard a stream, also where layers share a pool. */
const guards = new WeakMap<object, StreamGuard>();

/** The guard of a connection's stream; nothing where the stream cannot be watched. Call it between two answers. */
export const guardOf = (stream: unknown): StreamGuard | undefined => {
  if (!isWatchable(stream)) return undefined;
  const guard = guards.get(stream) ?? createGuard(stream);
  guards.set(stream, guard);
  return guard;
};

const createGuard = (stream: WatchableStream): StreamGuard => {
  const watch = new FrameWatch();
  let fault: FrameFault | undefined;
  const readers = stream.listeners('data').filter(isReader);
  const end = (found: FrameFault, cause?: unknown): void => {
    fault = found;
    stream.destroy(new Error(faultMessages[found], { cause }));
  };
  // The driver keeps a whole message in memory before it reads it, and throws out of the event loop at some that
  // make no sense; so it sees no byte that was not looked at first.
  for (const reader of readers) stream.removeListener('data', reader);
  stream.on('data', (chunk) => {
    if (fault !== undefined) return;
    const found = watch.push(chunk);
    if (found !== undefined) return end(found);
    try {
      for (const read of readers) read.call(stream, chunk);
    } catch (cause) {
      end('garbled', cause);
    }
  });
  return {
    startAnswer: (limitBytes) => watch.startAnswer(limitBytes),
    fault: () => fault,
    isAlive: () => stream.writable && !stream.destroyed,
  };
};

const faultMessages: Readonly<Record<FrameFault, string>> = {
  garbled: 'The server sent something that is no message of its protocol.',
  'too-large': 'The answer of the server is larger than allowed.',
};

type Reader = (this: unknown, chunk: Uint8Array) => void;

const isReader = (listener: unknown): listener is Reader => typeof listener === 'function';

const isWatchable = (stream: unknown): stream is WatchableStream =>
  typeof stream === 'object' &&
  stream !== null &&
  'destroyed' in stream &&
  'writable' in stream &&
  ['listeners', 'removeListener', 'on', 'destroy'].every((name) => typeof Reflect.get(stream, name) === 'function');
