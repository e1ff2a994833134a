import { untilStopped } from '@hybrid-supabase/core';
import type { Clock } from './clock.js';

/** Waits so long, but not past any of the signals; false when one of them fired. Leaves no timer behind. */
export const pause = async (clock: Clock, delayMs: number, signals: readonly AbortSignal[]): Promise<boolean> => {
  let end = (): void => undefined;
  const over = new Promise<void>((resolve) => {
    end = clock.after(delayMs, resolve);
  });
  try {
    return (await untilStopped(over, signals)) !== 'stopped';
  } finally {
    end();
  }
};
