import { layerError, type LayerError } from '@hybrid-supabase/core';
import type { Clock } from './clock.js';

const firstPauseMs = 100;
const longestPauseMs = 5_000;

/** How long a server that failed to start is left alone. */
export interface StartPause {
  /** The answer to whoever asks too early; nothing when a start may be tried. */
  refusal(): LayerError | undefined;
  failed(error: LayerError): void;
  succeeded(): void;
}

/** The first failure is tried again at once; each one after it doubles the pause, up to five seconds. */
export const createStartPause = (clock: Clock): StartPause => {
  let failures = 0;
  let endMs = 0;
  let last: LayerError | undefined;
  return {
    refusal() {
      const leftMs = endMs - clock.nowMs();
      return last === undefined || leftMs <= 0 ? undefined : layerError({ ...last, retryAfterMs: Math.ceil(leftMs) });
    },
    failed(error) {
      failures += 1;
      last = error;
      const pauseMs = failures === 1 ? 0 : firstPauseMs * 2 ** (failures - 2);
      endMs = clock.nowMs() + Math.max(Math.min(pauseMs, longestPauseMs), error.retryAfterMs ?? 0);
    },
    succeeded() {
      failures = 0;
      last = undefined;
    },
  };
};
