import type { Deadline, Deadlines } from './deadlines.js';

/** Why a wait ended before what it waited for. */
export type CutShort = 'timed-out' | 'cancelled';

/** Waits for something that is shared with others, within one caller's own time and signal. What it waits for goes on. */
export class Wait<T> implements Deadline {
  deadlineMs: number;
  previous: Deadline | undefined;
  next: Deadline | undefined;
  readonly #deadlines: Deadlines;
  readonly #signal: AbortSignal | undefined;
  #resolve: ((value: T | CutShort) => void) | undefined;

  constructor(deadlines: Deadlines, untilMs: number, signal: AbortSignal | undefined) {
    this.#deadlines = deadlines;
    this.deadlineMs = untilMs;
    this.#signal = signal;
  }

  /** The promise must never reject. */
  for(shared: Promise<T>): Promise<T | CutShort> {
    return new Promise((resolve) => {
      this.#resolve = resolve;
      this.#signal?.addEventListener('abort', this, { once: true });
      this.#deadlines.add(this);
      void shared.then((value) => this.#leave(value));
    });
  }

  handleEvent(): void {
    this.#leave('cancelled');
  }

  expire(): void {
    this.#end('timed-out');
  }

  close(): void {
    this.#end('cancelled');
  }

  #leave(value: T | CutShort): void {
    if (this.#resolve === undefined) return;
    this.#deadlines.remove(this);
    this.#end(value);
  }

  #end(value: T | CutShort): void {
    this.#signal?.removeEventListener('abort', this);
    this.#resolve?.(value);
    this.#resolve = undefined;
  }
}
