import { Socket } from 'node:net';
import pg from 'pg';
import type { PostgresPool } from './postgres-client.js';
import type { PostgresTls } from './postgres-layer-options.js';

/** A pool that can be ended for good. */
export interface OwnPool extends PostgresPool {
  /** Says goodbye to the server on idle connections and cuts those that are in use or do not answer. Safe to call twice. */
  end(): Promise<void>;
}

interface OwnPoolOptions {
  readonly connectionString: string;
  readonly readOnly: boolean;
  readonly maxConnections: number;
  readonly connectTimeoutMs: number;
  readonly ssl: PostgresTls | undefined;
}

/** Opens nothing before the first `connect`. Idle connections end after ten seconds and keep no process alive. */
export const createOwnPool = (options: OwnPoolOptions): OwnPool => {
  const sockets = new Set<Socket>();
  const pool = new pg.Pool({
    ...loginOf(options),
    max: options.maxConnections,
    connectionTimeoutMillis: options.connectTimeoutMs,
    idleTimeoutMillis: 10_000,
    allowExitOnIdle: true,
    keepAlive: true,
    application_name: 'hybrid-supabase',
    stream: () => tracked(new Socket(), sockets),
  });
  // An idle connection that dies is dropped by the pool; without a listener the event would end the process.
  pool.on('error', () => undefined);
  let ending: Promise<void> | undefined;
  return {
    connect: () => pool.connect(),
    end: () => (ending ??= endAll(pool, sockets)),
  };
};

/** Literal text, quoted so that it means the same under every setting of the server. */
export const quoteLiteral = (text: string): string => pg.escapeLiteral(text);

// What a connection string says outranks the other options of the driver, so what we say is taken out of it.
const loginOf = ({ connectionString, readOnly, ssl }: OwnPoolOptions): pg.PoolConfig => {
  const url = new URL(connectionString);
  const options = [url.searchParams.get('options'), readOnly ? '-c default_transaction_read_only=on' : null];
  if (ssl !== undefined) for (const name of tlsParameters) url.searchParams.delete(name);
  url.searchParams.delete('options');
  return {
    connectionString: url.href,
    options: options.filter((option) => option !== null).join(' '),
    ...(ssl !== undefined && { ssl: typeof ssl === 'object' ? { ...ssl } : ssl }),
  };
};

const tlsParameters = ['ssl', 'sslmode', 'sslcert', 'sslkey', 'sslrootcert', 'sslnegotiation', 'uselibpqcompat'];

const tracked = (socket: Socket, sockets: Set<Socket>): Socket => {
  sockets.add(socket);
  return socket.once('close', () => sockets.delete(socket));
};

const goodbyeMs = 500;

const endAll = async (pool: pg.Pool, sockets: ReadonlySet<Socket>): Promise<void> => {
  // `pool.end` does not wait for the goodbyes it sends, and a connection that is being opened knows no goodbye.
  const gone = Promise.all([...sockets].map((socket) => new Promise((resolve) => socket.once('close', resolve))));
  const ended = pool.end();
  const timer = setTimeout(() => sockets.forEach((socket) => void socket.destroy()), goodbyeMs);
  await Promise.all([gone, ended]);
  clearTimeout(timer);
};
