import { AdaptiveLimit } from './adaptive-limit.js';
import type { Deadline, Deadlines } from './deadlines.js';

/** How much one layer is given at a time. */
export interface BulkheadRule {
  /** The most that may be under way. It begins lower, rises while answers come in time, and falls when they do not. */
  readonly maxInFlight: number;
  /** How many more may wait for their turn, within their own deadline. */
  readonly maxQueued: number;
}

/** How a wait for a turn ended. */
export type Entry = 'entered' | 'full' | 'late' | 'stopped';

/** Bounds what is under way in one layer. A place is free when the work has ended, not when somebody stopped waiting for it. */
export class Bulkhead {
  readonly #deadlines: Deadlines;
  readonly #limit: AdaptiveLimit;
  readonly #queue: Turn[] = [];
  #maxQueued: number;
  #inFlight = 0;

  constructor({ maxInFlight, maxQueued }: BulkheadRule, deadlines: Deadlines) {
    this.#limit = new AdaptiveLimit(maxInFlight);
    this.#maxQueued = maxQueued;
    this.#deadlines = deadlines;
  }

  get inFlight(): number {
    return this.#inFlight;
  }

  get queued(): number {
    return this.#queue.length;
  }

  /** How many may be under way at this moment. */
  get places(): number {
    return this.#limit.now;
  }

  /** From now on it goes by another rule; what it has found out stays. */
  adopt({ maxInFlight, maxQueued }: BulkheadRule): void {
    this.#limit.ceiling = maxInFlight;
    this.#maxQueued = maxQueued;
  }

  /** Takes a place if one is free and nobody waits for it. */
  tryEnter(): boolean {
    if (this.#inFlight >= this.#limit.now || this.#queue.length > 0) return false;
    this.#inFlight += 1;
    return true;
  }

  /** Waits for a place. */
  enter(untilMs: number, signal: AbortSignal | undefined): Promise<Entry> {
    if (this.#queue.length >= this.#maxQueued) return Promise.resolve('full');
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
    this.#letIn();
  }

  /** Something that has left was answered in time. */
  wasInTime(startedMs: number, nowMs: number, deadlineMs: number): void {
    if (!this.#isBusy) return;
    this.#limit.answered((nowMs - startedMs) / (deadlineMs - startedMs), startedMs, nowMs);
    this.#letIn();
  }

  /** Something was not answered in time. Unless the layer was busy, that says nothing of how much it can do. */
  wasLate(startedMs: number, nowMs: number): void {
    if (this.#isBusy) this.#limit.late(startedMs, nowMs);
  }

  #letIn(): void {
    while (this.#inFlight < this.#limit.now) {
      const next = this.#nextTurn();
      if (next === undefined) return;
      this.#inFlight += 1;
      next.come();
    }
  }

  /** Whoever has just left is counted in. */
  get #isBusy(): boolean {
    return this.#inFlight + 1 >= this.#limit.now;
  }

  /**
   * First come, first served, until the first has waited half of its time: then more comes than can be done, and in that
   * order each would get in with too little time left. The latest one has the most.
   */
  #nextTurn(): Turn | undefined {
    const [oldest] = this.#queue;
    return oldest?.isHalfSpent() ? this.#queue.pop() : this.#queue.shift();
  }
}

class Turn implements Deadline {
  deadlineMs: number;
  previous: Deadline | undefined;
  next: Deadline | undefined;
  readonly #deadlines: Deadlines;
  readonly #signal: AbortSignal | undefined;
  readonly #ended: (entry: Entry) => void;
  readonly #halfSpentMs: number;

  constructor(deadlines: Deadlines, untilMs: number, signal: AbortSignal | undefined, ended: (entry: Entry) => void) {
    this.#deadlines = deadlines;
    this.deadlineMs = untilMs;
    this.#halfSpentMs = (deadlines.clock.nowMs() + untilMs) / 2;
    this.#signal = signal;
    this.#ended = ended;
    signal?.addEventListener('abort', this, { once: true });
    deadlines.add(this);
  }

  isHalfSpent(): boolean {
    return this.#deadlines.clock.nowMs() >= this.#halfSpentMs;
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
