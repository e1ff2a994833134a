import type { PostgresClient } from './postgres-client.js';
import { guardOf, type StreamGuard } from './stream-guard.js';

/** A connection for one text; it ends as given back or destroyed. */
export interface Lease {
  readonly client: PostgresClient;
  readonly guard: StreamGuard | undefined;
  /** False is a proof that nothing was, and nothing may be, sent: the stream has ended, or somebody left a transaction open. */
  isUsable(): boolean;
  /** Back to the pool, if nothing is left open in it. */
  giveBack(): void;
  /** Ends the connection. Safe to call twice, and after `giveBack`. */
  destroy(): void;
}

/** Takes charge of a connection that the pool has just given. */
export const createLease = (client: PostgresClient): Lease => {
  const guard = guardOf(client.connection?.stream);
  let isOver = false;
  // The pool listens only to idle connections, and an error without a listener ends the process. What it says is
  // told by the statement that fails.
  const ignore = (): void => undefined;
  client.on('error', ignore);
  const end = (destroy: boolean): void => {
    if (isOver) return;
    isOver = true;
    release(client, destroy);
    if (!destroy) client.removeListener('error', ignore);
  };
  return {
    client,
    guard,
    // Inside of another's transaction an answer proves nothing: it may be rolled back after it came.
    isUsable: () => (guard?.isAlive() ?? true) && isIdle(client),
    giveBack: () => end(!isIdle(client)),
    destroy: () => end(true),
  };
};

// Where the pool cannot take a connection back, the answer that came over it is none the worse.
const release = (client: PostgresClient, destroy: boolean): void => {
  try {
    client.release(destroy);
  } catch {
    return;
  }
};

const isIdle = (client: PostgresClient): boolean => (client.getTransactionStatus?.() ?? 'I') === 'I';
