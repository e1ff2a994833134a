import type { RateLimit } from './rate-limits.js';

/** Requests that may be sent, as tokens: some at once, then one after the other. */
export interface TokenBucket {
  /** How long a request of this size has to wait if it comes now, milliseconds. Takes nothing. */
  waitMs(tokens: number, nowMs: number): number;
  /** Takes the tokens, of the future where there are none left. */
  take(tokens: number, nowMs: number): void;
  /** Gives back what was taken for a request that was not sent. */
  giveBack(tokens: number): void;
  /** Lets nothing through for so long. */
  hold(forMs: number, nowMs: number): void;
}

/**
 * Half of the limit may go at once, the other half is earned back evenly over the span: so in no span of that
 * length more than the limit is let through, wherever the platform starts to count.
 */
export const createTokenBucket = ({ requests, perMs }: RateLimit): TokenBucket => {
  const capacity = Math.max(1, Math.floor(requests / 2));
  const perTokenMs = perMs / Math.max(1, requests - capacity);
  let tokens = capacity;
  let countedMs = Number.NEGATIVE_INFINITY;
  let heldUntilMs = Number.NEGATIVE_INFINITY;

  const count = (nowMs: number): void => {
    if (nowMs <= countedMs) return;
    const earned = countedMs === Number.NEGATIVE_INFINITY ? 0 : (nowMs - countedMs) / perTokenMs;
    tokens = Math.min(capacity, tokens + earned);
    countedMs = nowMs;
  };

  return {
    waitMs(wanted, nowMs) {
      count(nowMs);
      const heldMs = Math.max(0, heldUntilMs - nowMs);
      return Math.max(heldMs, (wanted - tokens) * perTokenMs, 0);
    },
    take(wanted, nowMs) {
      count(nowMs);
      tokens -= wanted;
    },
    giveBack(wanted) {
      tokens = Math.min(capacity, tokens + wanted);
    },
    hold(forMs, nowMs) {
      heldUntilMs = Math.max(heldUntilMs, nowMs + forMs);
    },
  };
};
