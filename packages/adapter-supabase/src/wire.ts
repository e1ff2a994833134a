import { AsyncLocalStorage } from 'node:async_hooks';

/** What one attempt put on the wire and what came back, whatever the client library makes of it. */
export interface Exchange {
  readonly signal: AbortSignal;
  readonly traceparent?: string;
  /** Headers the client cannot be told of. */
  readonly extraHeaders?: Readonly<Record<string, string>>;
  /** The client was asked, so that something may have been sent. */
  handedOver: boolean;
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
export const createWire = (send: typeof fetch): Wire => {
  const current = new AsyncLocalStorage<Exchange>();
  return {
    during: (exchange, work) => current.run(exchange, work),
    async fetch(input, init) {
      const exchange = current.getStore();
      if (exchange === undefined) return send(input, init);
      forgetAnswer(exchange);
      try {
        const response = await send(input, requestOf(exchange, init));
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

const forgetAnswer = (exchange: Exchange): void => {
  delete exchange.status;
  delete exchange.headers;
  delete exchange.body;
  delete exchange.failure;
};

const requestOf = ({ signal, traceparent, extraHeaders }: Exchange, init: RequestInit = {}): RequestInit => {
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
  return Object.assign(response, { text, json });
};
