import type { Clock } from '../src/clock.js';

/** Time that a test moves by hand. */
export interface ManualClock extends Clock {
  /** Moves on, firing what is due in order; whatever that sets off has run when it resolves. */
  advance(ms: number): Promise<void>;
  /** Timers that are armed. */
  armed(): number;
  /** Timers that are armed and keep the process alive. */
  holding(): number;
  /** Timers ever set. */
  set(): number;
}

export const settled = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));

interface Alarm {
  readonly atMs: number;
  readonly run: () => void;
  holds: boolean;
}

export function createManualClock(startMs = 1_000): ManualClock {
  let nowMs = startMs;
  let set = 0;
  const alarms = new Set<Alarm>();
  const due = (untilMs: number) => [...alarms].filter(({ atMs }) => atMs <= untilMs).sort((a, b) => a.atMs - b.atMs)[0];
  return {
    nowMs: () => nowMs,
    setTimer(run, delayMs) {
      const alarm: Alarm = { atMs: nowMs + delayMs, run, holds: true };
      alarms.add(alarm);
      set += 1;
      return { ref: () => (alarm.holds = true), unref: () => (alarm.holds = false), close: () => alarms.delete(alarm) };
    },
    async advance(ms) {
      const untilMs = nowMs + ms;
      await settled();
      for (let next = due(untilMs); next !== undefined; next = due(untilMs)) {
        alarms.delete(next);
        nowMs = Math.max(nowMs, next.atMs);
        next.run();
        await settled();
      }
      nowMs = untilMs;
      await settled();
    },
    armed: () => alarms.size,
    holding: () => [...alarms].filter(({ holds }) => holds).length,
    set: () => set,
  };
}
