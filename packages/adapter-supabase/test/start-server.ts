import { createServer, type RequestListener } from 'node:http';
import type { Socket } from 'node:net';

/** An HTTP server that knows its connections. */
export interface CountedServer {
  readonly url: string;
  /** How many connections were ever made. */
  made(): number;
  /** The most there were at one time. */
  peak(): number;
  /** Resolves when none is left. */
  allGone(): Promise<void>;
  stop(): Promise<void>;
}

/** Starts a server on a free port of the loopback interface. */
export const startServer = async (listener: RequestListener): Promise<CountedServer> => {
  const open = new Set<Socket>();
  let [made, peak] = [0, 0];
  const server = createServer({ keepAliveTimeout: 60_000 }, listener);
  server.on('connection', (socket) => {
    open.add(socket);
    made += 1;
    peak = Math.max(peak, open.size);
    socket.once('close', () => open.delete(socket));
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const address = server.address();
  if (address === null || typeof address === 'string') throw new Error('The server has no port.');
  return {
    url: `http://127.0.0.1:${address.port}`,
    made: () => made,
    peak: () => peak,
    async allGone() {
      await Promise.all([...open].map((socket) => new Promise((resolve) => socket.once('close', resolve))));
    },
    async stop() {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
};
