import { createServer, connect, type AddressInfo, type Socket } from 'node:net';

/** What passed since the last look, in bytes. */
export interface Passed {
  readonly up: number;
  readonly down: number;
}

/** A relay in front of a server that may die and come back. */
export interface CountingProxy {
  readonly port: number;
  passed(): Passed;
  /** Counts from nothing; `onPassed` hears of every piece. */
  restart(onPassed: (passed: Passed) => void): void;
  close(): Promise<void>;
}

/** Starts a relay on the loopback interface. */
export const startCountingProxy = async (targetPort: () => number): Promise<CountingProxy> => {
  let passed = { up: 0, down: 0 };
  let heard: (passed: Passed) => void = () => undefined;
  const sockets = new Set<Socket>();
  const join = (from: Socket, to: Socket, way: keyof Passed): void => {
    sockets.add(from);
    from.on('data', (piece) => {
      passed[way] += piece.byteLength;
      heard(passed);
    });
    from.pipe(to);
    // One side's end is the other's: a killed process says nothing more.
    from.on('error', () => to.destroy());
    from.on('close', () => {
      sockets.delete(from);
      to.destroy();
    });
  };
  const server = createServer((client) => {
    const onward = connect(targetPort(), '127.0.0.1');
    join(client, onward, 'up');
    join(onward, client, 'down');
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  return {
    port,
    passed: () => ({ ...passed }),
    restart(onPassed) {
      passed = { up: 0, down: 0 };
      heard = onPassed;
    },
    close: () =>
      new Promise((resolve) => {
        for (const socket of sockets) socket.destroy();
        server.close(() => resolve());
      }),
  };
};
