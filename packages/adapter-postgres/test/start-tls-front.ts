import { once } from 'node:events';
import { connect, createServer, type Socket } from 'node:net';
import { TLSSocket } from 'node:tls';
import type { Certificate } from './create-certificate.js';

/** Speaks TLS to clients and plain text to a PostgreSQL server behind it. */
export interface TlsFront {
  readonly port: number;
  /** Sessions that came to an end of their handshake. */
  secured(): number;
  close(): Promise<void>;
}

const tlsRequest = Buffer.from('0000000804d2162f', 'hex');

export const startTlsFront = async (
  target: { readonly host: string; readonly port: number },
  certificate: Certificate,
): Promise<TlsFront> => {
  let secured = 0;
  const sockets = new Set<Socket>();
  const join = (client: Socket, upstream: Socket): void => {
    client.pipe(upstream).pipe(client);
    for (const socket of [client, upstream]) {
      sockets.add(socket);
      socket.on('error', () => [client, upstream].forEach((each) => each.destroy()));
    }
  };
  const server = createServer((socket) => {
    socket.on('error', () => socket.destroy());
    socket.once('data', (first) => {
      // A request to cancel comes in the clear.
      if (!tlsRequest.equals(first)) {
        socket.unshift(first);
        return join(socket, connect(target));
      }
      socket.write('S');
      const client = new TLSSocket(socket, { isServer: true, ...certificate });
      client.once('secure', () => (secured += 1));
      join(client, connect(target));
    });
  }).listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  return {
    port: typeof address === 'object' ? Number(address?.port) : 0,
    secured: () => secured,
    async close() {
      const closed = new Promise((resolve) => server.close(resolve));
      for (const socket of sockets) socket.destroy();
      await closed;
    },
  };
};
