import type { Deadline, Deadlines } from './deadlines.js';

/** A wait between two attempts that ends early when the caller stops or the house closes. */
export class Pause implements Deadline {
  deadlineMs: number;
  previous: Deadline | undefined;
  next: Deadline | undefined;
  readonly #deadlines: Deadlines;
  readonly #signal: AbortSignal | undefined;
  #resolve: ((passed: boolean) => void) | undefined;

  constructor(deadlines: Deadlines, untilMs: number, signal: AbortSignal | undefined) {
    this.#deadlines = deadlines;
    this.deadlineMs = untilMs;
    this.#signal = signal;
  }

  /** Whether the whole time passed; false when it was cut short. */
  passed(): Promise<boolean> {
    return new Promise((resolve) => {
      this.#resolve = resolve;
      this.#signal?.addEventListener('abort', this, { once: true });
      this.#deadlines.add(this);
    });
  }

  handleEvent(): void {
    this.#deadlines.remove(this);
    this.#end(false);
  }

  expire(): void {
    this.#end(true);
  }

  close(): void {
    this.#end(false);
  }

  #end(passed: boolean): void {
    this.#signal?.removeEventListener('abort', this);
    this.#resolve?.(passed);
  }
}
