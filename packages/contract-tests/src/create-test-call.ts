import { randomUUID } from 'node:crypto';
import { setMaxListeners } from 'node:events';
import type { Call } from '@hybrid-supabase/core';

/** A {@link Call} that a test steers. */
export interface TestCall extends Call {
  /** What the layer noted so far, in order. */
  readonly notes: readonly string[];
  /** How often the layer said that bytes moved. */
  progressCount(): number;
  /** The caller gives up. */
  abort(): void;
  /** The deadline passes: the signal aborts with a `TimeoutError`, as `AbortSignal.timeout` does. */
  expire(): void;
}

/** What a test may say about its call. */
export interface TestCallOptions {
  /** @default none */
  readonly idempotencyKey?: string;
  /** How far away the call's `deadlineMs` lies. No timer runs: only `expire()` makes it pass. @default 30_000 */
  readonly timeoutMs?: number;
  /** A further signal that ends the call. @default none */
  readonly signal?: AbortSignal;
  /** @default 1 */
  readonly attempt?: number;
  /** @default a random UUID */
  readonly attemptId?: string;
  /** @default none */
  readonly traceparent?: string;
}

/** Makes a call for a port method that a test calls directly. It holds no timer, so nothing has to be ended. */
export const createTestCall = (options: TestCallOptions = {}): TestCall => {
  const { timeoutMs = 30_000, attempt = 1, attemptId = randomUUID(), idempotencyKey, traceparent } = options;
  const controller = new AbortController();
  // A test may make many calls of one.
  setMaxListeners(0, controller.signal);
  const notes: string[] = [];
  let progressed = 0;
  return {
    signal: options.signal ? AbortSignal.any([options.signal, controller.signal]) : controller.signal,
    deadlineMs: performance.now() + timeoutMs,
    attempt,
    attemptId,
    ...(idempotencyKey === undefined ? {} : { idempotencyKey }),
    ...(traceparent === undefined ? {} : { traceparent }),
    notes,
    progressed: () => void (progressed += 1),
    note: (what) => void notes.push(what),
    progressCount: () => progressed,
    abort: () => controller.abort(),
    expire: () => controller.abort(new DOMException('The deadline of the call has passed.', 'TimeoutError')),
  };
};
