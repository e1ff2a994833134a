import { once } from 'node:events';
import { createServer, request as sendPlain, type IncomingMessage, type ServerResponse } from 'node:http';
import { request as sendSecure } from 'node:https';

/** A way to a secure host for a proxy that speaks plain HTTP, on the loopback interface alone. */
export interface Relay {
  readonly url: string;
  close(): Promise<void>;
}

/** Passes every request on, bodies unread. */
export const startRelay = async (target: string): Promise<Relay> => {
  const server = createServer((request, response) => pass(new URL(request.url ?? '/', target), request, response));
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  const port = typeof address === 'object' && address !== null ? address.port : 0;
  return {
    url: `http://127.0.0.1:${port}`,
    close: async () => {
      server.close();
      server.closeAllConnections();
      await once(server, 'close');
    },
  };
};

const pass = (url: URL, request: IncomingMessage, response: ServerResponse): void => {
  const send = url.protocol === 'https:' ? sendSecure : sendPlain;
  const headers = { ...request.headers, host: url.host };
  const onward = send(url, { method: request.method, headers, agent: false }, (answer) => {
    response.writeHead(answer.statusCode ?? 502, answer.headers);
    answer.pipe(response);
  });
  onward.on('error', () => response.destroy());
  response.on('close', () => onward.destroy());
  request.pipe(onward);
};
