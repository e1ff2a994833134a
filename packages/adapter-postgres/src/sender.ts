import {
  type Call,
  closedInFlightError,
  type LayerError,
  type LayerResult,
  stoppedError,
  untilStopped,
} from '@hybrid-supabase/core';
import { timeLeftMs } from '@hybrid-supabase/sql';
import { err, ok, type Result } from 'neverthrow';
import { deadConnections, type Connections } from './connections.js';
import type { Lease } from './lease.js';
import { lostAnswer } from './lost-answer.js';
import type { Retirement } from './retirement.js';
import { serverErrorOf, textOf } from './server-error.js';
import { traced } from './traced.js';

/** Makes the text when the connection is there: its time limit is what is left of the attempt then. */
export type TextOf = (statementTimeoutMs: number) => string;

/** What is known of a text beside its words. */
export interface TextTraits {
  /** It may leave something in the session that no rollback takes back, as a lock: where it fails, its connection is ended. */
  readonly mayLeaveTraces?: boolean;
}

/** Sends texts and gives what the driver made of the answers. */
export interface Sender {
  /** One text in one message, so the server runs it as one transaction. Never sent again. */
  send(textOf: TextOf, call: Call, traits?: TextTraits): LayerResult<unknown>;
  /** Resolves when nothing is in flight any more; ask once the layer is closing. */
  done(): Promise<void>;
}

interface SenderOptions {
  readonly layer: string;
  readonly connections: Connections;
  readonly retirement: Retirement;
  readonly maxReplyBytes: number;
  /** Fires when the layer closes. */
  readonly closed: AbortSignal;
}

interface Exchange {
  readonly lease: Lease;
  readonly text: string;
  readonly call: Call;
  readonly traits: TextTraits;
}

type Answer = Result<unknown, LayerError>;
/** The connection was dead, or in somebody's transaction: a proof that nothing was sent. */
type Dead = 'dead';

/** One connection for each text, for as long as the text takes. */
export const createSender = ({ layer, connections, retirement, maxReplyBytes, closed }: SenderOptions): Sender => {
  const once = async (render: TextOf, call: Call, traits: TextTraits): Promise<Answer | Dead> => {
    const taken = await connections.take(call);
    if (taken.isErr()) return err(taken.error);
    const lease = taken.value;
    const left = timeLeftMs(layer, call);
    if (left.isErr()) {
      lease.giveBack();
      return err(left.error);
    }
    if (lease.isUsable()) return exchange({ lease, text: traced(render(left.value), call), call, traits });
    lease.destroy();
    return 'dead';
  };

  const exchange = async ({ lease, text, call, traits }: Exchange): Promise<Answer | Dead> => {
    try {
      lease.guard?.startAnswer(maxReplyBytes);
      const answer = lease.client.query(text);
      const waited = await untilStopped(answer, [call.signal, closed]);
      if (waited === 'stopped') {
        retirement.add(lease, answer);
        return err(call.signal.aborted ? stoppedError(layer, call, 'unknown') : closedInFlightError(layer));
      }
      lease.giveBack();
      return ok(waited.value);
    } catch (cause) {
      return failed(lease, cause, traits);
    }
  };

  const failed = (lease: Lease, cause: unknown, { mayLeaveTraces = false }: TextTraits): Answer | Dead => {
    // After an error of the statement the server has rolled back and the connection is as good as before.
    if (serverErrorOf(cause)?.isFatal === false && !mayLeaveTraces) lease.giveBack();
    else lease.destroy();
    return wasNotSent(cause) ? 'dead' : err(lostAnswer(layer, cause, lease.guard?.fault()));
  };

  const send = async (render: TextOf, call: Call, traits: TextTraits): Promise<Answer> => {
    const answer = await once(render, call, traits);
    if (answer !== 'dead') return answer;
    call.note('A connection of the pool could not be used; another one was taken before anything was sent.');
    const again = await once(render, call, traits);
    return again === 'dead' ? err(deadConnections(layer)) : again;
  };

  const inFlight = new Set<Promise<Answer>>();

  return {
    send(render, call, traits = {}) {
      const answer = send(render, call, traits).finally(() => inFlight.delete(answer));
      inFlight.add(answer);
      return answer;
    },
    done: async () => void (await Promise.all(inFlight)),
  };
};

// The driver's words for a connection that it knows to be dead; a server may say the like, after it ran the statement.
const notSent = /^Client (?:has encountered a connection error|was closed) and is not queryable$/;
const wasNotSent = (cause: unknown): boolean =>
  serverErrorOf(cause) === undefined && notSent.test(textOf(cause, 'message') ?? '');
