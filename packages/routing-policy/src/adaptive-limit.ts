/** Where it begins, before anything is known of the layer. */
const firstLimit = 20;
/** Enough to notice that a layer has recovered. */
const leastLimit = 4;
/** An answer that took less than this share of its time says that there is room for more. */
const quickShare = 0.25;
/** One that took more than this share says that there is too much; none at all says it louder. */
const slowShare = 0.5;
const afterSlow = 0.85;
const afterLate = 0.7;

/**
 * How much a layer can be given at a time, found out by trying: more while it is full and quick, less when its answers
 * come near their deadlines. A layer that is given more than it can do in time does all of it too late, which is worse
 * than nothing, and looks like a layer that is broken.
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

  /** An answer came while the layer was as busy as it may be; `share` is how much of its time it took. */
  answered(share: number, startedMs: number, nowMs: number): void {
    if (share < quickShare) this.#raise();
    else if (share > slowShare) this.#lower(afterSlow, startedMs, nowMs);
  }

  /** No answer came in time while the layer was as busy as it may be. */
  late(startedMs: number, nowMs: number): void {
    this.#lower(afterLate, startedMs, nowMs);
  }

  /** Twice as much a round at first, then one more a round. */
  #raise(): void {
    if (this.#limit >= this.ceiling) return;
    this.#limit += this.#hasBeenTooMuch ? 1 / this.#limit : 1;
  }

  /** Once for everything that was under way together: what was sent before says nothing of the limit since. */
  #lower(factor: number, startedMs: number, nowMs: number): void {
    if (startedMs < this.#loweredMs) return;
    this.#loweredMs = nowMs;
    this.#hasBeenTooMuch = true;
    this.#limit = Math.max(leastLimit, Math.min(this.ceiling, this.#limit) * factor);
  }
}
