import type { HybridResult } from '@hybrid-supabase/core';
import { arrivals, type Ramp } from './arrivals.js';
import { StepTally } from './step-tally.js';

/** What is sent, when, and who looks on. */
export interface OpenLoopOptions {
  readonly ramp: Ramp;
  readonly random: () => number;
  readonly call: () => HybridResult<unknown>;
  /** Called now and then while it runs. */
  readonly look: () => void;
  /** How long the last answers may take once nothing more is sent. */
  readonly patienceMs: number;
}

/** What became of it. */
export interface OpenLoopOutcome {
  readonly tallies: readonly StepTally[];
  readonly offered: number;
  readonly answered: number;
}

/** Timers come no closer together than this; what fell due meanwhile is sent at once. */
const tickMs = 5;

/** Sends calls when they are due, never waiting for an answer: users who come do not know how busy it is. */
export const openLoop = async (options: OpenLoopOptions): Promise<OpenLoopOutcome> => {
  const { ramp, random, call, look, patienceMs } = options;
  const tallies = Array.from({ length: ramp.steps }, () => new StepTally());
  const startMs = performance.now();
  const sinceStart = (): number => performance.now() - startMs;
  const tallyAt = (ms: number): StepTally | undefined => tallies[Math.floor(ms / ramp.stepMs)];
  const open = new Set<Promise<void>>();
  let offered = 0;
  let answered = 0;

  const send = (dueMs: number): void => {
    const tally = tallyAt(dueMs);
    if (tally === undefined) return;
    tally.offered += 1;
    offered += 1;
    const settle = async (): Promise<void> => {
      const result = await call();
      answered += 1;
      const nowMs = sinceStart();
      // From when it was due, so that a late start is not taken for a quick answer.
      tally.answered(result, nowMs - dueMs);
      const during = tallyAt(nowMs);
      if (during !== undefined && result.isOk()) during.goodAnswers += 1;
    };
    const settled = settle().finally(() => open.delete(settled));
    open.add(settled);
  };

  for (const dueMs of arrivals(ramp, random)) {
    while (sinceStart() < dueMs) {
      look();
      await pause(tickMs);
    }
    send(dueMs);
  }
  const tooLate = new AbortController();
  await Promise.race([Promise.all(open), pause(patienceMs, tooLate.signal)]);
  tooLate.abort();
  return { tallies, offered, answered };
};

const pause = (ms: number, signal?: AbortSignal): Promise<void> =>
  new Promise((resolve) => {
    const timer = setTimeout(resolve, ms);
    signal?.addEventListener('abort', () => clearTimeout(timer), { once: true });
  });
