import { AsyncLocalStorage } from 'node:async_hooks';
import type { Effect } from '@hybrid-supabase/core';
import type { Passage, Send } from './http-pool.js';

/** What one attempt put on the wire and what came back, whatever the client library makes of it. */
export interface Exchange {
  readonly signal: AbortSignal;
  readonly traceparent?: string;
  /** Headers the client cannot be told of. */
  readonly extraHeaders?: Readonly<Record<string, string>>;
  /** Whether the requests stand beside an open answer of the same attempt. */
  readonly isAside?: boolean;
  /** Given by whoever reads a short answer from `wholeBytes` where it is there, and from the client where not; called as it comes. */
  onPiece?: () => void;
  /** The latest answer's bytes, when it was short and good and they were wanted. */
  wholeBytes?: Uint8Array;
  /** From here on a request counts: should it leave, it may have an effect. */
  handedOver: boolean;
  /** The client has been asked and the wire has not seen its request: a client with a wire of its own may have sent it. */
  isInClient?: boolean;
  /** Whether the latest request may have left; false proves that it did not, undefined says nothing. */
  left?: boolean;
  /** A request that counts may have left. */
  mayHaveActed?: boolean;
  /** The latest answer's head, without the answers of earlier requests of the same attempt. */
  status?: number;
  headers?: Headers;
  /** The latest answer's body, once the client has read it as text. */
  body?: string;
  /** Why there was no answer, or why it ended in the middle. */
  failure?: unknown;
}

/** The way of every request to the network. */
export interface Wire {
  readonly fetch: typeof fetch;
  /** Runs `work` so that every request it causes belongs to `exchange`. */
  during<T>(exchange: Exchange, work: () => Promise<T>): Promise<T>;
}

/**
 * Most calls of supabase-js take no signal and drop status, headers and error codes (2.109 drops every
 * storage code), so both travel around the client: the exchange follows the asynchronous call.
 */
export const createWire = (send: Send): Wire => {
  const current = new AsyncLocalStorage<Exchange>();
  return {
    during: (exchange, work) => current.run(exchange, work),
    async fetch(input, init) {
      const exchange = current.getStore();
      const address = input instanceof Request ? input.url : input;
      const given = input instanceof Request ? { ...partsOf(input), ...init } : (init ?? {});
      if (exchange === undefined) return send(address, given, unwatched);
      forgetAnswer(exchange);
      exchange.isInClient = false;
      exchange.left = false;
      // What is said to have had no effect must not leave later, whatever the way to the network does with a signal.
      exchange.signal.throwIfAborted();
      try {
        const response = await send(address, requestOf(exchange, given), passageOf(exchange));
        exchange.status = response.status;
        exchange.headers = response.headers;
        return recording(response, exchange);
      } catch (failure) {
        exchange.failure = failure;
        throw failure;
      }
    },
  };
};

/** Nothing proves an effect's absence once a request that counts may have left, or a client may have sent it unseen. */
export const effectOf = ({ mayHaveActed, isInClient }: Exchange): Effect =>
  mayHaveActed === true || isInClient === true ? 'unknown' : 'none';

/** A `fetch` says nothing of its connections, so that whatever it is given may have left. It must not follow a redirect: the key would go along. */
export const sendThrough =
  (way: typeof fetch): Send =>
  (address, init, { onLeaving }) => {
    onLeaving();
    return way(address, { redirect: 'manual', ...init });
  };

const unwatched: Passage = { onLeaving: () => undefined, isAside: false };

const passageOf = (exchange: Exchange): Passage => ({
  isAside: exchange.isAside === true,
  onPiece: exchange.onPiece,
  onWhole: exchange.onPiece && ((bytes) => void (exchange.wholeBytes = bytes)),
  onLeaving() {
    exchange.left = true;
    if (exchange.handedOver) exchange.mayHaveActed = true;
  },
});

const partsOf = ({ method, headers, body, signal }: Request): RequestInit => ({ method, headers, body, signal });

const forgetAnswer = (exchange: Exchange): void => {
  delete exchange.status;
  delete exchange.headers;
  delete exchange.body;
  delete exchange.wholeBytes;
  delete exchange.failure;
};

const requestOf = ({ signal, traceparent, extraHeaders }: Exchange, init: RequestInit): RequestInit => {
  const own = init.signal ? AbortSignal.any([init.signal, signal]) : signal;
  if (traceparent === undefined && extraHeaders === undefined) return { ...init, signal: own };
  const headers = new Headers(init.headers);
  if (traceparent !== undefined) headers.set('traceparent', traceparent);
  for (const [name, value] of Object.entries(extraHeaders ?? {})) headers.set(name, value);
  return { ...init, headers, signal: own };
};

const recording = (response: Response, exchange: Exchange): Response => {
  const read = response.text.bind(response);
  const text = async (): Promise<string> => {
    try {
      return (exchange.body = await read());
    } catch (failure) {
      exchange.failure = failure;
      throw failure;
    }
  };
  const json = async (): Promise<unknown> => JSON.parse(await text());
  // Not by assignment: some servers put a `Response` of their own into the process, which refuses it.
  return Object.defineProperties(response, { text: { value: text }, json: { value: json } });
};
