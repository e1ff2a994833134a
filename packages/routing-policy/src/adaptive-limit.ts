/** Where it begins, before anything is known of the layer. */
const firstLimit = 20;
/** Enough to notice that a layer has recovered. */
const leastLimit = 4;
const decrease = 0.7;

/**
 * How much a layer can be given at a time, found out by trying: more while full and answered in time, less when answers
 * come too late. A layer that is given more than it can do in time does all of it too late, which is worse than nothing.
 */
export class AdaptiveLimit {
  /** What the policy allows at most. */
  ceiling: number;
  #limit = firstLimit;
  #hasBeenTooMuch = false;
  #loweredMs = Number.NEGATIVE_INFINITY;

  constructor(ceiling: number) {
    this.ceiling = ceiling;
  }

  /** A whole number, at least 1. */
  get now(): number {
    return Math.min(this.ceiling, Math.floor(this.#limit));
  }

  /** An answer came in time while the layer was as busy as it may be. Twice as much a round at first, then one more a round. */
  raise(): void {
    if (this.#limit >= this.ceiling) return;
    this.#limit += this.#hasBeenTooMuch ? 1 / this.#limit : 1;
  }

  /** An answer did not come in time. What was sent before the last change says nothing of the limit since. */
  lower(startedMs: number, nowMs: number): void {
    if (startedMs < this.#loweredMs) return;
    this.#loweredMs = nowMs;
    this.#hasBeenTooMuch = true;
    this.#limit = Math.max(leastLimit, Math.min(this.ceiling, this.#limit) * decrease);
  }
}
