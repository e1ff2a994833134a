import type { ClientRequest } from 'node:http';
import { pipeline } from 'node:stream';

/** Sends the body at the pace of the connection. A source that breaks breaks the request, so that no half body counts as whole. */
export const sendBody = (request: ClientRequest, body: RequestInit['body']): void => {
  if (body === undefined || body === null) return void request.end();
  if (typeof body === 'string' || body instanceof Uint8Array) return whole(request, body);
  if (body instanceof ReadableStream) return stream(request, body);
  // Forms and blobs: rare enough to leave the writing to the platform.
  const { headers, body: written } = new Response(body);
  const contentType = headers.get('content-type');
  if (contentType !== null && !request.hasHeader('content-type')) request.setHeader('content-type', contentType);
  if (written === null) return void request.end();
  stream(request, written);
};

// Node frames the body of a DELETE only when told to.
const whole = (request: ClientRequest, body: string | Uint8Array): void => {
  if (!request.hasHeader('content-length')) request.setHeader('content-length', Buffer.byteLength(body));
  request.end(body);
};

// The request itself reports what went wrong.
const stream = (request: ClientRequest, body: ReadableStream<Uint8Array>): void => {
  if (!request.hasHeader('content-length')) request.setHeader('transfer-encoding', 'chunked');
  pipeline(body, request, () => undefined);
};
