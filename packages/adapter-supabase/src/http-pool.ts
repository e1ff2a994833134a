import { Agent as HttpAgent, request as requestByHttp, type ClientRequest, type IncomingMessage } from 'node:http';
import { Agent as HttpsAgent, request as requestByHttps } from 'node:https';
import type { Socket } from 'node:net';
import { answerOfMessage } from './http-answer.js';
import { sendBody } from './http-body.js';
import { createSocketSlots } from './socket-slots.js';

/** What is asked of one request besides the request itself. */
export interface Passage {
  /** Hears when the first byte may leave. A request that failed before was never sent and never will be. */
  onLeaving(): void;
  /** Whether another answer of the same call stands open meanwhile. */
  readonly isAside: boolean;
  /** Hears of every piece of a short answer as it comes. */
  readonly onPiece?: (() => void) | undefined;
  /** Takes the bytes of an answer that is short and good; the answer itself then has no body. */
  readonly onWhole?: ((bytes: Uint8Array) => void) | undefined;
}

/** Sends one request. Rejects when there is no answer; an answer that breaks off breaks its body. */
export type Send = (address: string | URL, init: RequestInit, passage: Passage) => Promise<Response>;

/** Connections to one project: kept alive, bounded, ended together. */
export interface HttpPool {
  readonly send: Send;
  /** Ends every connection, also those in use, and waits until they are gone. Safe to call twice. */
  close(): Promise<void>;
}

/** How wide a pool is. */
export interface HttpPoolOptions {
  /** Decides between HTTP and HTTPS. */
  readonly url: string;
  /** The most connections at one time; further requests wait. At least 2. */
  readonly maxSockets: number;
}

/** Servers keep an unused connection for 5 s and longer; whoever gives it up first never meets it half closed. */
const idleMs = 4000;

/**
 * Node's own HTTP client, without a time limit of its own: the signal of the call is the only one. It follows no
 * redirect, because the key would go along.
 */
export const createHttpPool = ({ url, maxSockets }: HttpPoolOptions): HttpPool => {
  const isSecure = new URL(url).protocol === 'https:';
  const settings = { keepAlive: true, timeout: idleMs, scheduling: 'lifo', maxSockets } as const;
  const agent = isSecure ? new HttpsAgent(settings) : new HttpAgent(settings);
  const open = isSecure ? requestByHttps : requestByHttp;
  const slots = createSocketSlots(maxSockets);
  const ready = readySockets(isSecure ? 'secureConnect' : 'connect');
  let isClosed = false;

  const openRequest = (address: string | URL, init: RequestInit): ClientRequest => {
    if (isClosed) throw new Error('The connections of this layer are closed.');
    return open(new URL(address), { method: init.method ?? 'GET', headers: headersOf(init), agent });
  };

  return {
    send: (address, init, { onLeaving, isAside, ...reading }) =>
      new Promise((resolve, reject) => {
        const { signal } = init;
        let running: ClientRequest | undefined;
        const begin = (): void => {
          try {
            const request = (running = openRequest(address, init));
            request.once('close', end);
            request.on('error', reject);
            request.once('socket', (socket) => ready.once(socket, onLeaving));
            request.once('response', (message) => {
              endWhenAnswered(message, request);
              answerOfMessage(message, reading).then(resolve, reject);
            });
            sendBody(request, init.body);
          } catch (cause) {
            if (running === undefined) end();
            else running.destroy();
            reject(cause);
          }
        };
        const giveUp = (): void => {
          leaveQueue();
          running?.destroy(signal?.reason);
          reject(signal?.reason);
        };
        const end = (): void => {
          signal?.removeEventListener('abort', giveUp);
          // A turn later the connection is free for the next.
          queueMicrotask(slots.leave);
        };
        signal?.addEventListener('abort', giveUp, { once: true });
        const leaveQueue = slots.enter(begin, isAside);
      }),
    async close() {
      isClosed = true;
      const sockets = [agent.sockets, agent.freeSockets].flatMap(Object.values).flat();
      const gone = sockets.map((socket) => new Promise((resolve) => socket.once('close', resolve)));
      agent.destroy();
      await Promise.all(gone);
    },
  };
};

/** Whoever answers before the last byte was sent has no use for the rest. */
const endWhenAnswered = (message: IncomingMessage, request: ClientRequest): void => {
  message.once('end', () => request.writableEnded || request.destroy());
};

/** Follows each connection until it can carry a request. */
const readySockets = (event: 'connect' | 'secureConnect') => {
  const known = new WeakSet<Socket>();
  return {
    /** Runs `then` when the connection is there; a failure before that is never followed by it. */
    once(socket: Socket, then: () => void): void {
      if (known.has(socket) || !socket.connecting) return then();
      socket.once(event, () => {
        known.add(socket);
        then();
      });
    },
  };
};

const usualHeaders = { accept: '*/*', 'accept-encoding': 'gzip, deflate, br', 'user-agent': 'hybrid-supabase' };

const headersOf = ({ headers }: RequestInit): Record<string, string> => {
  const all: Record<string, string> = { ...usualHeaders };
  for (const [name, value] of headers instanceof Headers ? headers : new Headers(headers)) all[name] = value;
  return all;
};
