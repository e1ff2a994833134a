import type { Clock, ClockTimer } from './clock.js';

/** Something that ends by itself at a given time; also the node of the list it waits in. */
export interface Deadline {
  /** May move later while waiting: the list looks again before it lets anything expire. */
  deadlineMs: number;
  previous: Deadline | undefined;
  next: Deadline | undefined;
  /** Its time has come. Already removed from the list. */
  expire(): void;
  /** The whole house closes. Already removed from the list. */
  close(): void;
}

/** Node fires longer timers at once. */
const longestTimerMs = 2_147_483_647;

/**
 * All deadlines of one router on one timer. Adding and removing cost the same however many wait; the list is
 * walked only when the timer fires. The timer keeps the process alive while something waits, and never otherwise.
 */
export class Deadlines {
  readonly clock: Clock;
  #first: Deadline | undefined;
  #timer: ClockTimer | undefined;
  #firesAtMs = Number.POSITIVE_INFINITY;

  constructor(clock: Clock) {
    this.clock = clock;
  }

  /** Takes it in; it must not be in the list yet. */
  add(deadline: Deadline): void {
    if (this.#first === undefined) this.#timer?.ref();
    else this.#first.previous = deadline;
    deadline.next = this.#first;
    deadline.previous = undefined;
    this.#first = deadline;
    if (deadline.deadlineMs < this.#firesAtMs) this.#arm(deadline.deadlineMs);
  }

  /** Takes it out. Once only: it must be in the list. */
  remove(deadline: Deadline): void {
    if (deadline.previous === undefined) this.#first = deadline.next;
    else deadline.previous.next = deadline.next;
    if (deadline.next !== undefined) deadline.next.previous = deadline.previous;
    deadline.previous = deadline.next = undefined;
    // Left armed: the next call is likely to need it, and an idle timer holds nobody up.
    if (this.#first === undefined) this.#timer?.unref();
  }

  /** Ends the timer and closes whatever still waits. */
  close(): void {
    this.#disarm();
    const waiting = this.#taken(() => true);
    for (const deadline of waiting) deadline.close();
  }

  #arm(atMs: number): void {
    this.#disarm();
    if (atMs === Number.POSITIVE_INFINITY) return;
    this.#firesAtMs = atMs;
    const delayMs = Math.min(longestTimerMs, Math.max(1, Math.ceil(atMs - this.clock.nowMs())));
    this.#timer = this.clock.setTimer(() => this.#fire(), delayMs);
  }

  #disarm(): void {
    this.#timer?.close();
    this.#timer = undefined;
    this.#firesAtMs = Number.POSITIVE_INFINITY;
  }

  #fire(): void {
    this.#timer = undefined;
    this.#firesAtMs = Number.POSITIVE_INFINITY;
    const nowMs = this.clock.nowMs();
    const due = this.#taken((deadline) => deadline.deadlineMs <= nowMs);
    this.#arm(this.#earliestMs());
    for (const deadline of due) deadline.expire();
  }

  /** Takes out everything that fits before any of it runs, because what runs may add and remove. */
  #taken(fits: (deadline: Deadline) => boolean): readonly Deadline[] {
    const taken: Deadline[] = [];
    for (let at = this.#first; at !== undefined; at = at.next) if (fits(at)) taken.push(at);
    for (const deadline of taken) this.remove(deadline);
    return taken;
  }

  #earliestMs(): number {
    let earliestMs = Number.POSITIVE_INFINITY;
    for (let at = this.#first; at !== undefined; at = at.next) earliestMs = Math.min(earliestMs, at.deadlineMs);
    return earliestMs;
  }
}
