/** Time, injected: tests move it by hand. */
export interface Clock {
  /** Milliseconds of the clock that `Call.deadlineMs` is told on; it never goes back. */
  nowMs(): number;
  /** Runs once, later; what it gives ends the timer, and is safe to call when it has fired. */
  after(delayMs: number, run: () => void): () => void;
}

/** The process's own monotonic clock. */
export const systemClock: Clock = {
  nowMs: () => performance.now(),
  after: (delayMs, run) => {
    const timer = setTimeout(run, delayMs);
    return () => clearTimeout(timer);
  },
};
