import { type Call, closedError, type LayerResult, stoppedError, untilStopped } from '@hybrid-supabase/core';
import { err, ok } from 'neverthrow';
import type { Connection } from './connection.js';

/** One connection and a bound on how much of it is used at once; the rest waits its turn. */
export interface Lane {
  readonly connection: Connection;
  /** Calls in flight and waiting. */
  load(): number;
  /** Waits for a turn, at most until the call is over. What it gives ends the turn and has to be called once. */
  enter(call: Call): LayerResult<() => void>;
}

interface LaneOptions {
  readonly layer: string;
  readonly connection: Connection;
  readonly maxInFlight: number;
}

type Turn = () => void;

/** First come, first served. */
export const createLane = ({ layer, connection, maxInFlight }: LaneOptions): Lane => {
  // In the order of arrival, and quick to leave: ten thousand may wait.
  const waiting = new Set<Turn>();
  let inFlight = 0;

  const leave = (): void => {
    const [next] = waiting;
    if (next === undefined) {
      inFlight -= 1;
      return;
    }
    waiting.delete(next);
    next();
  };

  const turn = async (call: Call): Promise<boolean> => {
    let take: Turn = () => undefined;
    const taken = new Promise<void>((resolve) => {
      take = resolve;
    });
    waiting.add(take);
    if ((await untilStopped(taken, [call.signal, connection.closed])) !== 'stopped') return true;
    // The turn may have come in the same moment: then it is passed on.
    if (!waiting.delete(take)) leave();
    return false;
  };

  return {
    connection,
    load: () => inFlight + waiting.size,
    async enter(call) {
      if (connection.closed.aborted) return err(closedError(layer));
      if (call.signal.aborted) return err(stoppedError(layer, call, 'none'));
      if (inFlight < maxInFlight) {
        inFlight += 1;
        return ok(leave);
      }
      if (await turn(call)) return ok(leave);
      return err(connection.closed.aborted ? closedError(layer) : stoppedError(layer, call, 'none'));
    },
  };
};
