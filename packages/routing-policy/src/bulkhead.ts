import type { Deadline, Deadlines } from './deadlines.js';

/** How much one layer is given at a time. */
export interface BulkheadRule {
  readonly maxInFlight: number;
  /** How many more may wait for their turn, within their own deadline. */
  readonly maxQueued: number;
}

/** How a wait for a turn ended. */
export type Entry = 'entered' | 'full' | 'late' | 'stopped';

/** Bounds what is under way in one layer. A place is free when the work has ended, not when somebody stopped waiting for it. */
export class Bulkhead {
  rule: BulkheadRule;
  readonly #deadlines: Deadlines;
  readonly #queue: Turn[] = [];
  #inFlight = 0;

  constructor(rule: BulkheadRule, deadlines: Deadlines) {
    this.rule = rule;
    this.#deadlines = deadlines;
  }

  get inFlight(): number {
    return this.#inFlight;
  }

  get queued(): number {
    return this.#queue.length;
  }

  /** Takes a place if one is free and nobody waits for it. */
  tryEnter(): boolean {
    if (this.#inFlight >= this.rule.maxInFlight || this.#queue.length > 0) return false;
    this.#inFlight += 1;
    return true;
  }

  /** Waits for a place; first come, first served. */
  enter(untilMs: number, signal: AbortSignal | undefined): Promise<Entry> {
    if (this.#queue.length >= this.rule.maxQueued) return Promise.resolve('full');
    return new Promise((resolve) => {
      const turn = new Turn(this.#deadlines, untilMs, signal, (entry) => {
        if (entry !== 'entered') this.#queue.splice(this.#queue.indexOf(turn), 1);
        resolve(entry);
      });
      this.#queue.push(turn);
    });
  }

  leave(): void {
    this.#inFlight -= 1;
    while (this.#inFlight < this.rule.maxInFlight) {
      const next = this.#queue.shift();
      if (next === undefined) return;
      this.#inFlight += 1;
      next.come();
    }
  }
}

class Turn implements Deadline {
  deadlineMs: number;
  previous: Deadline | undefined;
  next: Deadline | undefined;
  readonly #deadlines: Deadlines;
  readonly #signal: AbortSignal | undefined;
  readonly #ended: (entry: Entry) => void;

  constructor(deadlines: Deadlines, untilMs: number, signal: AbortSignal | undefined, ended: (entry: Entry) => void) {
    this.#deadlines = deadlines;
    this.deadlineMs = untilMs;
    this.#signal = signal;
    this.#ended = ended;
    signal?.addEventListener('abort', this, { once: true });
    deadlines.add(this);
  }

  come(): void {
    this.#deadlines.remove(this);
    this.#end('entered');
  }

  handleEvent(): void {
    this.#deadlines.remove(this);
    this.#end('stopped');
  }

  expire(): void {
    this.#end('late');
  }

  close(): void {
    this.#end('stopped');
  }

  #end(entry: Entry): void {
    this.#signal?.removeEventListener('abort', this);
    this.#ended(entry);
  }
}
