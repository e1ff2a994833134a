/** `half-open`: the pause is over and the layer is being probed. */
export type BreakerState = 'closed' | 'open' | 'half-open';

/** When a layer is left alone, and for how long. */
export interface BreakerRule {
  /** Opens when at least this share of the calls in the window failed, 0 to 1. */
  readonly failureRatio: number;
  /** Never opens on fewer calls than this in the window. */
  readonly minimumCalls: number;
  readonly windowMs: number;
  /** The first pause; each further one doubles, up to `maxPauseMs`, with jitter. */
  readonly pauseMs: number;
  readonly maxPauseMs: number;
  /** How many probes in a row must succeed before it closes. */
  readonly probes: number;
}

/** The window is counted in this many slices; it forgets one slice at a time. */
export const slices = 10;

/** One layer's breaker: a ring of counters, so that a call costs the same whatever is in the window. */
export class Breaker {
  #rule: BreakerRule;
  readonly #random: () => number;
  readonly #changed: (from: BreakerState, to: BreakerState) => void;
  readonly #healthy = new Array<number>(slices).fill(0);
  readonly #failed = new Array<number>(slices).fill(0);
  #healthyInAll = 0;
  #failedInAll = 0;
  #slice = Number.NEGATIVE_INFINITY;
  #state: BreakerState = 'closed';
  #changedAtMs = Number.NEGATIVE_INFINITY;
  #pauseMs = 0;
  #doublings = 0;
  #provenTimes = 0;

  constructor(rule: BreakerRule, random: () => number, changed: (from: BreakerState, to: BreakerState) => void) {
    this.#rule = rule;
    this.#random = random;
    this.#changed = changed;
  }

  /** Goes by another rule from now on. A window of another length starts empty; a pause under way keeps its length. */
  adopt(rule: BreakerRule): void {
    if (rule.windowMs !== this.#rule.windowMs) {
      this.#forget();
      this.#slice = Number.NEGATIVE_INFINITY;
    }
    this.#rule = rule;
  }

  get state(): BreakerState {
    return this.#state;
  }

  /** Calls and failures in the window as of the last record. */
  get counts(): { readonly calls: number; readonly failures: number } {
    return { calls: this.#healthyInAll + this.#failedInAll, failures: this.#failedInAll };
  }

  /** Counts an attempt. While open, one that began after the opening and went well is as good as a probe. */
  record(wentWell: boolean, startedMs: number, nowMs: number): void {
    if (this.#state !== 'closed') {
      if (wentWell && startedMs >= this.#changedAtMs) this.#proven(nowMs);
      return;
    }
    // What began before it last closed says nothing of how the layer is now.
    if (startedMs < this.#changedAtMs) return;
    this.#count(wentWell, nowMs);
    if (!wentWell && this.#isTooMuch()) this.#open(nowMs);
  }

  /** Turns an open breaker whose pause is over half-open. True once: whoever gets it must probe. */
  takeProbe(nowMs: number): boolean {
    if (this.#state !== 'open' || nowMs < this.#changedAtMs + this.#pauseMs) return false;
    this.#become('half-open');
    return true;
  }

  /** Says how a probe ended. Returns whether another one is wanted. */
  probed(wentWell: boolean, nowMs: number): boolean {
    if (this.#state !== 'half-open') return false;
    if (wentWell) this.#proven(nowMs);
    else this.#open(nowMs);
    return this.state === 'half-open';
  }

  #proven(nowMs: number): void {
    this.#provenTimes += 1;
    if (this.#provenTimes < this.#rule.probes) return;
    this.#forget();
    this.#changedAtMs = nowMs;
    this.#become('closed');
  }

  #open(nowMs: number): void {
    const { windowMs, pauseMs, maxPauseMs } = this.#rule;
    const heldLong = this.#state === 'closed' && nowMs - this.#changedAtMs > windowMs;
    this.#doublings = heldLong ? 0 : this.#doublings;
    // Half of the pause is random, so that many processes do not come back together.
    this.#pauseMs = Math.min(maxPauseMs, pauseMs * 2 ** this.#doublings) * (0.5 + this.#random() / 2);
    this.#doublings = Math.min(this.#doublings + 1, 30);
    this.#changedAtMs = nowMs;
    this.#provenTimes = 0;
    this.#become('open');
  }

  #become(state: BreakerState): void {
    const from = this.#state;
    this.#state = state;
    this.#changed(from, state);
  }

  #isTooMuch(): boolean {
    const calls = this.#healthyInAll + this.#failedInAll;
    return calls >= this.#rule.minimumCalls && this.#failedInAll >= this.#rule.failureRatio * calls;
  }

  #count(wentWell: boolean, nowMs: number): void {
    this.#turnTo(Math.floor((nowMs * slices) / this.#rule.windowMs));
    const at = this.#slice % slices;
    if (wentWell) {
      this.#healthy[at]! += 1;
      this.#healthyInAll += 1;
    } else {
      this.#failed[at]! += 1;
      this.#failedInAll += 1;
    }
  }

  #turnTo(slice: number): void {
    if (slice - this.#slice >= slices) this.#forget();
    else for (let old = this.#slice + 1; old <= slice; old += 1) this.#clear(old % slices);
    this.#slice = slice;
  }

  #clear(at: number): void {
    this.#healthyInAll -= this.#healthy[at]!;
    this.#failedInAll -= this.#failed[at]!;
    this.#healthy[at] = this.#failed[at] = 0;
  }

  #forget(): void {
    this.#healthy.fill(0);
    this.#failed.fill(0);
    this.#healthyInAll = this.#failedInAll = 0;
  }
}
