const growth = Math.log(1.05);
/** The first slot ends at a hundredth of a millisecond, the last one stands for everything beyond some twenty minutes. */
const shortestMs = 0.01;
const slots = 400;
const generation = 1_000;
const recountEvery = 32;

/** Latencies of the last one to two thousand calls in slots 5 % wide: counting one costs the same whatever is in it. */
export class LatencyQuantile {
  #current = new Uint32Array(slots);
  #previous = new Uint32Array(slots);
  #inCurrent = 0;
  #inPrevious = 0;
  #sinceCount = 0;
  #known: { readonly share: number; readonly ms: number } | undefined;

  get samples(): number {
    return this.#inCurrent + this.#inPrevious;
  }

  record(ms: number): void {
    this.#current[slotOf(ms)]! += 1;
    this.#inCurrent += 1;
    this.#sinceCount += 1;
    if (this.#inCurrent === generation) this.#turn();
  }

  /** The latency that this share of calls stay within, rounded up to a slot's end, milliseconds. */
  at(share: number): number {
    if (this.#known?.share === share && this.#sinceCount < recountEvery) return this.#known.ms;
    this.#sinceCount = 0;
    this.#known = { share, ms: this.#count(share * this.samples) };
    return this.#known.ms;
  }

  #count(upTo: number): number {
    let seen = 0;
    let slot = 0;
    for (; slot < slots - 1; slot += 1) {
      seen += this.#current[slot]! + this.#previous[slot]!;
      if (seen >= upTo) break;
    }
    return shortestMs * Math.exp(slot * growth);
  }

  #turn(): void {
    const emptied = this.#previous.fill(0);
    this.#previous = this.#current;
    this.#inPrevious = this.#inCurrent;
    this.#current = emptied;
    this.#inCurrent = 0;
  }
}

const slotOf = (ms: number): number =>
  ms <= shortestMs ? 0 : Math.min(slots - 1, Math.ceil(Math.log(ms / shortestMs) / growth));
