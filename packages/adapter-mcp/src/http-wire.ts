import { z } from 'zod';
import { httpFailure } from './http-failure.js';
import { answersIn } from './http-answer.js';
import { retryAfterMsOf } from './retry-after.js';

/** The SDK's way to send, as far as we replace it. */
export type WireFetch = (url: string | URL, init?: RequestInit) => Promise<Response>;

interface WireOptions {
  readonly maxReplyBytes: number;
  /** Node's own, or a test's. */
  readonly fetch: WireFetch;
  /** Told that the server knows the session no more (404), as it may after a restart: a new one is needed. */
  onSessionGone(): void;
}

const sentMessage = z.object({
  id: z.union([z.string(), z.number()]).optional(),
  method: z.string().optional(),
  params: z.object({ requestId: z.union([z.string(), z.number()]).optional() }).optional(),
});
type MessageId = string | number;

/**
 * What the SDK's transport sends through. Left alone it loses every status and header, and waits for ever for the
 * answer in a stream that was cut. Here a reply is read whole before the SDK sees it, each failure says what it is,
 * and a call that is given up ends its request.
 */
export const createHttpWire = (options: WireOptions): WireFetch => {
  const { fetch } = options;
  const inFlight = new Map<MessageId, AbortController>();

  const exchange = async (url: string | URL, init: RequestInit, id: MessageId): Promise<Response> => {
    const own = new AbortController();
    inFlight.set(id, own);
    const { signal } = init;
    const end = (): void => own.abort(signal?.reason);
    signal?.addEventListener('abort', end);
    try {
      return await read(await send(fetch, url, { ...init, signal: own.signal }), id, options);
    } finally {
      signal?.removeEventListener('abort', end);
      inFlight.delete(id);
    }
  };

  return async (url, init = {}) => {
    // A stream from the server is optional, and nothing would ever come through it.
    if (init.method !== 'POST') return new Response(null, { status: 405 });
    const message = readMessage(init.body);
    if (message.method === 'notifications/cancelled') {
      inFlight.get(message.params?.requestId ?? '')?.abort();
      return new Response(null, { status: 202 });
    }
    if (message.id === undefined) return send(fetch, url, init);
    return exchange(url, init, message.id);
  };
};

const readMessage = (body: unknown): z.infer<typeof sentMessage> => {
  const parsed = typeof body === 'string' ? sentMessage.safeParse(JSON.parse(body)) : undefined;
  return parsed?.data ?? {};
};

const send = async (fetch: WireFetch, url: string | URL, init: RequestInit): Promise<Response> => {
  try {
    return await fetch(url, init);
  } catch (cause) {
    throw httpFailure(wasNeverSent(cause) ? 'not-sent' : 'broken', { cause });
  }
};

const read = async (response: Response, id: MessageId, options: WireOptions): Promise<Response> => {
  const { status, headers } = response;
  if (!response.ok) {
    await response.body?.cancel();
    if (status === 404) options.onSessionGone();
    throw httpFailure('status', { status, ...retryAfter(headers) });
  }
  const text = await textOf(response, options.maxReplyBytes);
  const answer = answersIn(text, headers.get('content-type') ?? '').find((message) => message.id === id);
  if (answer === undefined) throw httpFailure('unreadable', { status });
  const kept = headers.get('mcp-session-id');
  return new Response(JSON.stringify(answer), {
    headers: { 'content-type': 'application/json', ...(kept === null ? {} : { 'mcp-session-id': kept }) },
  });
};

const textOf = async (response: Response, maxReplyBytes: number): Promise<string> => {
  const chunks: Uint8Array[] = [];
  let bytes = 0;
  try {
    for await (const chunk of response.body ?? []) {
      bytes += chunk.byteLength;
      if (bytes > maxReplyBytes) break;
      chunks.push(chunk);
    }
  } catch (cause) {
    throw httpFailure('broken', { cause });
  }
  if (bytes > maxReplyBytes) throw httpFailure('too-large');
  return Buffer.concat(chunks).toString();
};

// A reset in seconds stands in another header of the platform.
const retryAfter = (headers: Headers): { readonly retryAfterMs?: number } => {
  const retryAfterMs = retryAfterMsOf(headers.get('retry-after') ?? headers.get('x-ratelimit-reset'));
  return retryAfterMs === undefined ? {} : { retryAfterMs };
};

const failureCause = z.object({ cause: z.unknown() });
const socketError = z.object({ code: z.string(), syscall: z.string(), errors: z.array(z.unknown()) }).partial();

/** Only what happens before a connection stands proves that nothing was sent. */
const wasNeverSent = (error: unknown): boolean => isUnconnected(failureCause.safeParse(error).data?.cause);

const isUnconnected = (cause: unknown): boolean => {
  const { code, syscall, errors = [] } = socketError.safeParse(cause).data ?? {};
  if (syscall === 'connect' || syscall === 'getaddrinfo' || code === 'UND_ERR_CONNECT_TIMEOUT') return true;
  return errors.length > 0 && errors.every(isUnconnected);
};
