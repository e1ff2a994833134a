import type { UploadSessions } from './upload-sessions.js';

const longestPauseMs = 10 * 60_000;
const shortestPauseMs = 100;

/** What a sweep at intervals needs. */
export interface KeepSweptOptions {
  readonly sessions: Pick<UploadSessions, 'expiryMs' | 'sweep'>;
  /** Told when the disk refuses; the next sweep tries again. */
  onFailure(): void;
}

/** Removes expired uploads at once and from time to time, at least four times in their life. The timer keeps no process alive; the answer ends it. */
export function keepSwept({ sessions, onFailure }: KeepSweptOptions): () => Promise<void> {
  let sweeping: Promise<void> | undefined;
  const sweep = (): void => {
    sweeping ??= sessions
      .sweep()
      .catch(onFailure)
      .finally(() => (sweeping = undefined));
  };
  const pauseMs = Math.min(longestPauseMs, Math.max(shortestPauseMs, sessions.expiryMs / 4));
  const timer = setInterval(sweep, pauseMs).unref();
  sweep();
  return async () => {
    clearInterval(timer);
    await sweeping;
  };
}
