import type { Call, LayerResult } from '@hybrid-supabase/core';
import type { Connection } from './connection.js';
import { createLane, type Lane } from './lane.js';

/** A turn on one of the connections. */
export interface Turn {
  readonly connection: Connection;
  /** Ends the turn; has to be called once. */
  leave(): void;
}

/** Every connection of a layer, each used by a bounded number of calls at once. */
export interface Lanes {
  /** A turn on the connection with the fewest calls; a further one is opened only when those before it are busy. */
  enter(call: Call): LayerResult<Turn>;
  /** Fires when the lanes are closed. */
  readonly closed: AbortSignal;
  close(): Promise<void>;
}

interface LanesOptions {
  readonly layer: string;
  readonly connections: readonly [Connection, ...Connection[]];
  readonly maxInFlight: number;
}

/** Chooses by load alone; of equals the first. */
export const createLanes = ({ layer, connections, maxInFlight }: LanesOptions): Lanes => {
  const [first, ...others] = connections;
  const lane = (connection: Connection): Lane => createLane({ layer, connection, maxInFlight });
  const lanes: readonly [Lane, ...Lane[]] = [lane(first), ...others.map(lane)];
  return {
    closed: first.closed,
    async enter(call) {
      const chosen = leastLoaded(lanes);
      const entered = await chosen.enter(call);
      return entered.map((leave) => ({ connection: chosen.connection, leave }));
    },
    async close() {
      await Promise.all(connections.map((connection) => connection.close()));
    },
  };
};

const leastLoaded = ([first, ...others]: readonly [Lane, ...Lane[]]): Lane =>
  others.reduce((best, lane) => (lane.load() < best.load() ? lane : best), first);
