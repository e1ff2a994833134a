import type { SavedBreaker } from './saved-state.js';

/** `half-open`: the pause is over and the layer is being probed. */
export type BreakerState = 'closed' | 'open' | 'half-open';

/** When a layer is left alone, and for how long. */
export interface BreakerRule {
  /** Opens when at least this share of the calls in the window failed, 0 to 1. */
  readonly failureRatio: number;
  /** Never opens on fewer calls than this in the window. */
  readonly minimumCalls: number;
  /** A call that took this long was slow, whatever it answered; not for operations that stream. */
  readonly slowCallMs: number;
  /** Opens as well when at least this share of the calls in the window were slow, 0 to 1. */
  readonly slowRatio: number;
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
  readonly #slow = new Array<number>(slices).fill(0);
  #healthyInAll = 0;
  #failedInAll = 0;
  #slowInAll = 0;
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
  get counts(): { readonly calls: number; readonly failures: number; readonly slow: number } {
    return { calls: this.#healthyInAll + this.#failedInAll, failures: this.#failedInAll, slow: this.#slowInAll };
  }

  /** What it knows, for another process. */
  save(nowMs: number): SavedBreaker {
    const isClosed = this.#state === 'closed';
    const pauseLeftMs = isClosed ? 0 : Math.max(0, this.#changedAtMs + this.#pauseMs - nowMs);
    return { state: isClosed ? 'closed' : 'open', pauseLeftMs, doublings: this.#doublings, ...this.counts };
  }

  /** Goes on from what another one knew. Tells nobody, because nothing has changed. */
  restore({ state, pauseLeftMs, doublings, calls, failures, slow }: SavedBreaker, nowMs: number): void {
    this.#turnTo(this.#sliceAt(nowMs));
    const at = this.#slice % slices;
    this.#healthy[at] = this.#healthyInAll = Math.max(0, calls - failures);
    this.#failed[at] = this.#failedInAll = failures;
    this.#slow[at] = this.#slowInAll = slow;
    this.#doublings = Math.min(doublings, 30);
    this.#state = state;
    if (state === 'closed') return;
    this.#pauseMs = pauseLeftMs;
    this.#changedAtMs = nowMs;
  }

  /** Counts an attempt. While open, one that began after the opening and went well is as good as a probe. */
  record(wentWell: boolean, startedMs: number, nowMs: number, mayBeSlow = true): void {
    const isSlow = mayBeSlow && nowMs - startedMs >= this.#rule.slowCallMs;
    if (this.#state !== 'closed') {
      if (wentWell && !isSlow && startedMs >= this.#changedAtMs) this.#proven(nowMs);
      return;
    }
    // What began before it last closed says nothing of how the layer is now.
    if (startedMs < this.#changedAtMs) return;
    this.#count(wentWell, isSlow, nowMs);
    if ((!wentWell || isSlow) && this.#isTooMuch()) this.#open(nowMs);
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
    const { minimumCalls, failureRatio, slowRatio } = this.#rule;
    const calls = this.#healthyInAll + this.#failedInAll;
    if (calls < minimumCalls) return false;
    return this.#failedInAll >= failureRatio * calls || this.#slowInAll >= slowRatio * calls;
  }

  #sliceAt(nowMs: number): number {
    return Math.floor((nowMs * slices) / this.#rule.windowMs);
  }

  #count(wentWell: boolean, isSlow: boolean, nowMs: number): void {
    this.#turnTo(this.#sliceAt(nowMs));
    const at = this.#slice % slices;
    if (isSlow) {
      this.#slow[at]! += 1;
      this.#slowInAll += 1;
    }
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
    this.#slowInAll -= this.#slow[at]!;
    this.#healthy[at] = this.#failed[at] = this.#slow[at] = 0;
  }

  #forget(): void {
    this.#healthy.fill(0);
    this.#failed.fill(0);
    this.#slow.fill(0);
    this.#healthyInAll = this.#failedInAll = this.#slowInAll = 0;
  }
}
