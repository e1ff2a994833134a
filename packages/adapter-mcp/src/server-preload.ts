import { randomUUID } from 'node:crypto';

/**
 * Runs inside the child before the server's own program, as Node's `--import` takes it.
 *
 * 1. The server drops the cause of a failed fetch, and with it the proof that nothing was sent: a connection that was
 *    never made, a host that was never found. The proof is put into the message, the one part that reaches the client.
 * 2. It drops the status and the headers of an answer as well. They are put there too, behind a mark that no row and
 *    no message of a database can hold, as nobody else knows it.
 * 3. A write is not sent on to where a redirect points: a failure there would look like one of the first request.
 * 4. The server ends with its input only when no request is under way, which may take minutes. With the parent
 *    gone there is nobody to answer.
 */
const program = (mark: string): string => `
const notSent = (cause) =>
  cause?.syscall === 'connect' || cause?.syscall === 'getaddrinfo' || cause?.code === 'UND_ERR_CONNECT_TIMEOUT' ||
  (Array.isArray(cause?.errors) && cause.errors.length > 0 && cause.errors.every(notSent));
const saidIn = (text) => {
  try {
    const { message } = JSON.parse(text);
    return typeof message === 'string' ? message : '';
  } catch {
    return '';
  }
};
const marked = async (response) => {
  const { status, headers } = response;
  if (status < 400) return response;
  const wait = headers.get('retry-after') ?? headers.get('x-ratelimit-reset') ?? '';
  const message = saidIn(await response.text()) + '\\n[${mark} ' + status + ' ' + wait + ']';
  return Response.json({ message }, { status });
};
const fetchOfNode = globalThis.fetch;
globalThis.fetch = async (input, init) => {
  const isGet = (init?.method ?? input?.method ?? 'GET').toUpperCase() === 'GET';
  try {
    return await marked(await fetchOfNode(input, isGet ? init : { ...init, redirect: 'manual' }));
  } catch (error) {
    if (notSent(error?.cause)) error.message = 'fetch failed: not sent';
    throw error;
  }
};
process.stdin.on('end', () => process.exit(0));
`;

/** What a child is started with beside the server's own program. */
export interface ServerPreload {
  /** What goes before the server's path on the command line. */
  readonly arguments: readonly string[];
  /** Stands before the status in the messages of this child, and of no other. */
  readonly statusMark: string;
}

/** A new mark for each child. */
export const createServerPreload = (): ServerPreload => {
  const statusMark = randomUUID();
  const url = `data:text/javascript,${encodeURIComponent(program(statusMark))}`;
  return { arguments: ['--import', url], statusMark };
};
