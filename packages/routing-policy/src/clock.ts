/** A timer that may or may not keep the process alive; the shape of Node's own. */
export interface ClockTimer {
  ref(): unknown;
  unref(): unknown;
  /** Ends it. Safe to call on one that has fired. */
  close(): unknown;
}

/** Time, injected: tests move it by hand. */
export interface Clock {
  /** Milliseconds on a clock that never goes back. */
  nowMs(): number;
  setTimer(run: () => void, delayMs: number): ClockTimer;
}

/** The process's own monotonic clock, the one `Call.deadlineMs` is told on. */
export const systemClock: Clock = {
  nowMs: () => performance.now(),
  setTimer: (run, delayMs) => setTimeout(run, delayMs),
};
