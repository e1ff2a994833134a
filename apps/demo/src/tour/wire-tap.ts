import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import { text } from 'node:stream/consumers';

/** What happens to one request on the wire between the MCP server and the Management API. */
export interface Fate {
  /** Before the request goes on; `drop` keeps it from ever arriving, a promise holds it back. */
  readonly before?: () => 'drop' | undefined | Promise<undefined>;
  /** After the Management API has answered, before the answer goes back. */
  readonly after?: () => void;
}

/** A loopback door in front of the Management API in which single requests can be lost on purpose. */
export interface WireTap {
  readonly url: string;
  /** Decides what becomes of the next request whose body the predicate accepts; once. */
  once(matches: (body: string) => boolean, fate: Fate): void;
  close(): Promise<void>;
}

/** Starts a {@link WireTap} in front of `target`. */
export const startWireTap = async (target: string): Promise<WireTap> => {
  const planned: { readonly matches: (body: string) => boolean; readonly fate: Fate }[] = [];
  const take = (body: string): Fate => {
    const at = planned.findIndex(({ matches }) => matches(body));
    return planned.splice(at < 0 ? planned.length : at, 1)[0]?.fate ?? {};
  };
  const server = createServer((request, response) => {
    pass(target, request, response, take).catch(() => response.destroy());
  });
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject);
    server.listen(0, '127.0.0.1', resolve);
  });
  const address = server.address();
  return {
    url: `http://127.0.0.1:${typeof address === 'object' && address ? address.port : 0}`,
    once: (matches, fate) => void planned.push({ matches, fate }),
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
};

const pass = async (
  target: string,
  request: IncomingMessage,
  response: ServerResponse,
  take: (body: string) => Fate,
): Promise<void> => {
  const body = await text(request);
  const { before, after } = take(body);
  if ((await before?.()) === 'drop') return void response.destroy();
  const answer = await fetch(`${target}${request.url ?? ''}`, {
    method: request.method ?? 'GET',
    headers: headersOf(request),
    ...(body === '' ? {} : { body }),
  });
  const bytes = Buffer.from(await answer.arrayBuffer());
  after?.();
  response.writeHead(answer.status, {
    'content-type': answer.headers.get('content-type') ?? 'application/json',
    'content-length': bytes.length,
  });
  response.end(bytes);
};

const headersOf = ({ headers }: IncomingMessage): Record<string, string> =>
  Object.fromEntries(
    ['authorization', 'content-type', 'user-agent'].flatMap((name) => {
      const value = headers[name];
      return typeof value === 'string' ? [[name, value]] : [];
    }),
  );
