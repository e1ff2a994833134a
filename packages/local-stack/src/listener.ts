import { getRequestListener, type Http2Bindings, type HttpBindings } from '@hono/node-server';
import { once } from 'node:events';
import { createServer, type Server } from 'node:http';
import { err, ok, type Result } from 'neverthrow';
import { codeOf, localStackError, type LocalStackError } from './local-stack-error.js';

/** Answers one request; `node` is what @hono/node-server knows of it besides. */
export type Fetch = (request: Request, node: HttpBindings | Http2Bindings) => Response | Promise<Response>;

/** The one HTTP listener of a stack, on loopback. */
export interface Listener {
  readonly url: string;
  /** From now on requests go here; before that they are answered with 503. */
  serve(fetch: Fetch): void;
  /** Cuts every connection and frees the port. */
  close(): Promise<void>;
}

/** Takes the port first of all: a taken one is known before anything slow has begun. Port 0 is any free one. */
export async function listen(port: number): Promise<Result<Listener, LocalStackError>> {
  let fetch: Fetch = () => Response.json({ message: 'The local stack is starting.' }, { status: 503 });
  const server = createServer(getRequestListener((request, node) => fetch(request, node), { hostname: '127.0.0.1' }));
  try {
    server.listen(port, '127.0.0.1');
    await once(server, 'listening');
  } catch (error) {
    return err(portError(error));
  }
  return ok({
    url: `http://127.0.0.1:${portOf(server)}`,
    serve: (next) => void (fetch = next),
    close: () => closeServer(server),
  });
}

function portOf(server: Server): number {
  const address = server.address();
  return typeof address === 'object' && address !== null ? address.port : 0;
}

async function closeServer(server: Server): Promise<void> {
  if (!server.listening) return;
  const closed = once(server, 'close');
  server.close();
  server.closeAllConnections();
  await closed;
}

function portError(error: unknown): LocalStackError {
  const code = codeOf(error);
  const taken = code === 'EADDRINUSE';
  return localStackError({
    kind: 'port-unavailable',
    message: taken ? 'The port is taken.' : 'The port cannot be opened.',
    hint: 'Give another port, or none to get a free one.',
    ...(code === '' ? {} : { detail: code }),
  });
}
