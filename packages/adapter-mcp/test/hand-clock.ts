import type { Clock } from '../src/index.js';

/** A clock that stands still until it is moved. */
export interface HandClock extends Clock {
  /** Moves on, and runs what is due, in order. */
  advance(ms: number): Promise<void>;
  /** Timers that run. */
  timers(): number;
}

/** Starts at the process's own time, as deadlines are told on it, without fractions: sums of those are never exact. */
export const createHandClock = (): HandClock => {
  const due = new Set<{ readonly atMs: number; readonly run: () => void }>();
  let nowMs = Math.floor(performance.now());
  return {
    nowMs: () => nowMs,
    after(delayMs, run) {
      const timer = { atMs: nowMs + delayMs, run };
      due.add(timer);
      return () => due.delete(timer);
    },
    timers: () => due.size,
    async advance(ms) {
      nowMs += ms;
      for (const timer of [...due].sort((one, other) => one.atMs - other.atMs))
        if (timer.atMs <= nowMs && due.delete(timer)) timer.run();
      await new Promise((resolve) => setImmediate(resolve));
    },
  };
};
