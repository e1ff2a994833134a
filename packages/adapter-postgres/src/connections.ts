import {
  type Call,
  closedError,
  layerError,
  type LayerError,
  type LayerResult,
  stoppedError,
  untilStopped,
} from '@hybrid-supabase/core';
import { err, ok } from 'neverthrow';
import { connectError } from './connect-error.js';
import { createLease, type Lease } from './lease.js';
import type { PostgresPool } from './postgres-client.js';

/** Connections of a pool, one for each text. */
export interface Connections {
  /** A connection to send on. Whatever fails here fails before anything was sent. */
  take(call: Call): LayerResult<Lease>;
}

interface ConnectionsOptions {
  readonly layer: string;
  readonly pool: PostgresPool;
  /** Fires when the layer closes. */
  readonly closed: AbortSignal;
}

/** Asks the pool once for each connection. */
export const createConnections = ({ layer, pool, closed }: ConnectionsOptions): Connections => {
  const over = (call: Call): LayerError => (closed.aborted ? closedError(layer) : stoppedError(layer, call, 'none'));

  return {
    async take(call) {
      if (closed.aborted || call.signal.aborted) return err(over(call));
      try {
        const connecting = pool.connect();
        const waited = await untilStopped(connecting, [call.signal, closed]);
        if (waited !== 'stopped') return ok(createLease(waited.value));
        connecting.then((client) => createLease(client).giveBack()).catch(nothing);
        return err(over(call));
      } catch (cause) {
        return err(closed.aborted ? closedError(layer) : connectError(layer, cause));
      }
    },
  };
};

const nothing = (): void => undefined;

/** The error when the pool gave a connection that cannot be used twice. */
export const deadConnections = (layer: string): LayerError =>
  layerError({
    kind: 'unavailable',
    layer,
    effect: 'none',
    code: 'dead-connections',
    message: 'The pool gave only connections that are dead, or inside a transaction; nothing was sent.',
    hint: 'Try again; if it stays so, look at the network, and at what else uses the pool.',
  });
