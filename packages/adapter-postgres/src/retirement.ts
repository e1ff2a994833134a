import { untilStopped } from '@hybrid-supabase/core';
import { cancelTargetOf, requestCancel } from './cancel-request.js';
import type { Lease } from './lease.js';

/** Stops statements nobody waits for any more, and ends their connections. */
export interface Retirement {
  /** Takes a connection whose answer nobody wants. Its place in the pool becomes free when it is gone. */
  add(lease: Lease, answer: Promise<unknown>): void;
  /** Resolves when every connection that was added is gone. */
  done(): Promise<void>;
}

interface RetirementOptions {
  /** For each of the two: the server's taking of the cancel, and the end of the statement. */
  readonly cancelTimeoutMs: number;
  /** Fires when the layer closes: then nothing waits for the end of statements. */
  readonly closed: AbortSignal;
}

/**
 * The connection never serves again: a cancel that is still under way could hit its next statement. It is kept until
 * the cancelled statement has ended, because behind a pooler the cancel goes to whatever the connection runs just then.
 */
export const createRetirement = ({ cancelTimeoutMs, closed }: RetirementOptions): Retirement => {
  const leaving = new Set<Promise<void>>();

  const retire = async (lease: Lease, answer: Promise<unknown>): Promise<void> => {
    const target = cancelTargetOf(lease.client);
    // A closing layer still asks: else the server would work on for nobody.
    if (target !== undefined) await requestCancel(target, cancelTimeoutMs);
    if (target !== undefined) await endOf(answer, cancelTimeoutMs, closed);
    lease.destroy();
  };

  return {
    add(lease, answer) {
      const left = retire(lease, answer).finally(() => leaving.delete(left));
      leaving.add(left);
    },
    done: async () => void (await Promise.all(leaving)),
  };
};

const endOf = async (answer: Promise<unknown>, timeoutMs: number, closed: AbortSignal): Promise<void> => {
  const late = new AbortController();
  const timer = setTimeout(() => late.abort(), timeoutMs);
  const ended = answer.then(nothing, nothing);
  await untilStopped(ended, [late.signal, closed]);
  clearTimeout(timer);
};

const nothing = (): void => undefined;
