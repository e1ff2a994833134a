import { connect, type Socket } from 'node:net';
import type { PostgresClient } from './postgres-client.js';

/** Whom to ask, and for which connection. */
export interface CancelTarget {
  readonly address: { readonly host: string; readonly port: number } | { readonly path: string };
  readonly processId: number;
  readonly secretKey: number;
}

/** From the wire protocol: a first message with this number is a request to cancel. */
const cancelCode = 80_877_102;
const requestBytes = 16;

/**
 * What is needed to cancel whatever this connection runs; nothing where it does not say. The address is that of
 * the peer itself: behind a name there may be several servers, and only one has this connection.
 */
export const cancelTargetOf = (client: PostgresClient): CancelTarget | undefined => {
  const { processID: processId, secretKey, host, port, connection } = client;
  if (!isInt32(processId) || !isInt32(secretKey)) return undefined;
  const address = peerOf(connection?.stream) ?? socketFileOf(host, port);
  return address === undefined ? undefined : { address, processId, secretKey };
};

const peerOf = (stream: unknown): CancelTarget['address'] | undefined => {
  if (typeof stream !== 'object' || stream === null) return undefined;
  const host: unknown = Reflect.get(stream, 'remoteAddress');
  const port: unknown = Reflect.get(stream, 'remotePort');
  return typeof host === 'string' && isPort(port) ? { host, port } : undefined;
};

const socketFileOf = (host: string | undefined, port: number | undefined): CancelTarget['address'] | undefined =>
  host?.startsWith('/') === true && isPort(port) ? { path: `${host}/.s.PGSQL.${port}` } : undefined;

// Checked, because the members are read from whatever the pool gave, and the socket would throw at worse.
const isInt32 = (value: unknown): value is number => typeof value === 'number' && (value | 0) === value;
const isPort = (value: unknown): value is number => isInt32(value) && value > 0 && value <= 65_535;

/**
 * Asks the server to cancel, and resolves when it has closed the line, which it does once the statement was told to
 * stop; also when it cannot be reached or takes too long. Never rejects.
 */
export const requestCancel = (target: CancelTarget, timeoutMs: number): Promise<void> =>
  new Promise((resolve) => {
    const socket: Socket = connect({ ...target.address });
    const end = (): void => void socket.destroy();
    const timer = setTimeout(end, timeoutMs);
    socket.on('error', end);
    socket.once('close', () => {
      clearTimeout(timer);
      resolve();
    });
    socket.once('connect', () => socket.write(cancelMessage(target)));
    // Nothing is to be read, but only a stream that flows sees its end.
    socket.resume();
  });

const cancelMessage = ({ processId, secretKey }: CancelTarget): Buffer => {
  const message = Buffer.alloc(requestBytes);
  message.writeInt32BE(requestBytes, 0);
  message.writeInt32BE(cancelCode, 4);
  message.writeInt32BE(processId, 8);
  message.writeInt32BE(secretKey, 12);
  return message;
};
