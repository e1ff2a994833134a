import { once } from 'node:events';
import { connect, createServer, type AddressInfo, type Server, type Socket } from 'node:net';
import { FrontendMessages } from './frontend-messages.js';

/** How a request fails on the wire. */
export type WireFault = 'refuses' | 'hangs' | 'garbles' | 'dies';

/** Stands before a PostgreSQL server, counts requests, and fails on demand. */
export interface FaultyPostgresProxy {
  readonly port: number;
  /** Query messages that reached it. */
  requests(): number;
  /** Requests to cancel that reached it. */
  cancels(): number;
  /** The types of all messages that reached it. */
  types(): ReadonlySet<string>;
  /** Connections that are open at this moment, and the most there ever were. */
  connections(): { readonly now: number; readonly most: number };
  break(fault: WireFault): Promise<boolean>;
  heal(): Promise<void>;
  /** Ends every connection in good order, as a server does that restarts. */
  cut(): Promise<void>;
  close(): Promise<void>;
}

interface Target {
  readonly host: string;
  readonly port: number;
}

export const startFaultyPostgresProxy = async (target: Target): Promise<FaultyPostgresProxy> => {
  let fault: WireFault | undefined;
  let requests = 0;
  let cancels = 0;
  let most = 0;
  let server: Server;
  let port = 0;
  const clients = new Set<Socket>();
  const types = new Set<string>();

  const accept = (client: Socket): void => {
    clients.add(client);
    most = Math.max(most, clients.size);
    const upstream = connect(target);
    let dying = false;
    const endBoth = (): void => {
      client.destroy();
      upstream.destroy();
    };
    client.on('error', endBoth).once('close', () => {
      clients.delete(client);
      upstream.end();
    });
    upstream.on('error', endBoth).once('close', () => client.end());
    upstream.on('data', (chunk) => {
      if (!dying) client.write(chunk);
      else if (isReadyForQuery(chunk)) endBoth();
    });
    const messages = new FrontendMessages();
    client.on('data', (chunk) => {
      for (const { type, bytes } of messages.push(chunk)) {
        types.add(type);
        if (type === 'cancel') cancels += 1;
        if (type === 'ssl') client.write('N');
        else if (type !== 'Q') upstream.write(bytes);
        else request(bytes);
      }
    });
    const request = (bytes: Buffer): void => {
      requests += 1;
      dying = fault === 'dies';
      if (fault === 'garbles') client.write('HTTP/1.1 400 Bad Request\r\n\r\n');
      if (fault === undefined || dying) upstream.write(bytes);
    };
  };

  const listen = async (): Promise<void> => {
    server = createServer(accept).listen(port, '127.0.0.1');
    await once(server, 'listening');
    port = addressOf(server).port;
  };
  const stopListening = async (): Promise<void> => {
    if (server.listening) await new Promise((resolve) => server.close(resolve));
  };
  const cut = async (): Promise<void> => {
    const ended = [...clients].map((client) => once(client, 'close'));
    for (const client of clients) client.end();
    await Promise.all(ended);
  };

  await listen();
  return {
    port,
    requests: () => requests,
    cancels: () => cancels,
    types: () => types,
    connections: () => ({ now: clients.size, most }),
    async break(next) {
      fault = next;
      if (next !== 'refuses') return true;
      const stopped = stopListening();
      await cut();
      await stopped;
      return true;
    },
    async heal() {
      fault = undefined;
      if (!server.listening) await listen();
    },
    cut,
    async close() {
      const stopped = stopListening();
      for (const client of clients) client.destroy();
      await stopped;
    },
  };
};

const addressOf = (server: Server): AddressInfo => {
  const address = server.address();
  if (address === null || typeof address === 'string') throw new Error('The proxy has no port.');
  return address;
};

// The last message of every answer: Z, a length of five, and one byte.
const isReadyForQuery = (chunk: Buffer): boolean => chunk.at(-6) === 0x5a && chunk.at(-2) === 5;
