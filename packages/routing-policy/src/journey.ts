import type { InputOf, LayerError, OperationName, OutputOf, Served, TrailEntry } from '@hybrid-supabase/core';
import { ok, type Result } from 'neverthrow';
import type { Fault, Refusal, Situation } from './admit.js';
import { Aftermath } from './aftermath.js';
import { Attempt, type AttemptFacts } from './attempt.js';
import type { Entry } from './bulkhead.js';
import { refusalAt } from './choose.js';
import type { Deadlines } from './deadlines.js';
import type { Next, OpenVerdict } from './decide.js';
import type { Errand } from './errand.js';
import type { House } from './house.js';
import { Journal } from './journal.js';
import { Pause } from './pause.js';
import { skipped, type OpenStep, type Plan } from './plan.js';

const crowded: { readonly [E in Exclude<Entry, 'entered'>]: Refusal } = {
  full: { reason: 'budget', why: 'Too many calls wait for it already.' },
  late: { reason: 'deadline', why: 'No place became free in time.' },
  stopped: { reason: 'not-needed', why: 'The caller stopped while waiting for a place.' },
};

/**
 * One call on its way through the layers of its plan. Its steps are synchronous and `travel` does the waiting, because
 * the locals of a large async function outlive every await. It has few members for the same reason: what only a
 * failure needs is made with the first one.
 */
export class Journey<N extends OperationName> implements AttemptFacts, Situation {
  readonly house: House;
  readonly plan: Plan<N>;
  readonly input: InputOf<N>;
  readonly errand: Errand;
  readonly journal: Journal;
  readonly startedMs: number;
  /** The time as of the last look at the clock. */
  nowMs: number;
  attempts = 0;
  /** Its place in the plan's order. */
  at = 0;
  /** How many steps the trail accounts for. */
  accounted = 0;
  /** What its failures have left behind; most calls have none. */
  aftermath: Aftermath<N> | undefined;

  constructor(house: House, plan: Plan<N>, input: InputOf<N>, errand: Errand, startedMs: number) {
    this.house = house;
    this.journal = new Journal(house, plan.name, errand);
    this.plan = plan;
    this.input = input;
    this.errand = errand;
    this.startedMs = this.nowMs = startedMs;
  }

  get deadlines(): Deadlines {
    return this.house.deadlines;
  }

  get newId(): () => string {
    return this.house.newId;
  }

  get endsAtMs(): number {
    return this.errand.endsAtMs;
  }

  get maxAttempts(): number {
    return this.plan.rule.maxAttempts;
  }

  get idleTimeoutMs(): number | undefined {
    return this.plan.operation.streams ? this.plan.rule.idleTimeoutMs : undefined;
  }

  get callerSignal(): AbortSignal | undefined {
    return this.errand.signal;
  }

  get idempotencyKey(): string | undefined {
    return this.errand.idempotencyKey;
  }

  get traceparent(): string | undefined {
    return this.errand.traceparent;
  }

  get faults(): readonly Fault[] | undefined {
    return this.aftermath?.faults;
  }

  get trail(): TrailEntry[] {
    return this.journal.trail;
  }

  get isStopped(): boolean {
    return this.errand.signal?.aborted === true || this.house.isClosed();
  }

  /** The next layer that may be asked; those passed over go into the trail. */
  nextStep(): OpenStep<N> | undefined {
    const { steps } = this.plan;
    for (; this.at < steps.length; this.at += 1) {
      const step = steps[this.at]!;
      const refused = step.refused ?? refusalAt(steps, this.at, this);
      if (refused !== undefined) this.#passOver(refused);
      else if (step.method !== undefined) return step;
    }
    return undefined;
  }

  #passOver(refused: TrailEntry): void {
    this.journal.skip(refused);
    this.accounted = this.at + 1;
  }

  /** Waits for a place in the layer. When there is none the layer is passed over, and the trail says why. */
  async queue({ guarded, followers }: OpenStep<N>): Promise<boolean> {
    const entry = await guarded.bulkhead.enter(this.#attemptEndsAtMs(followers), this.errand.signal);
    this.nowMs = this.deadlines.clock.nowMs();
    if (entry === 'entered') return true;
    this.#passOver(skipped(guarded, crowded[entry]));
    this.at += 1;
    return false;
  }

  /** Starts the clock of one attempt on that layer. */
  begin({ guarded, followers }: OpenStep<N>): Attempt<OutputOf<N>> {
    const { name } = guarded.layer;
    this.attempts += 1;
    this.journal.started(name, this.attempts);
    return new Attempt(this, name, this.attempts, this.#attemptEndsAtMs(followers), guarded.bulkhead);
  }

  /** The attempt that began at `nowMs` served: the call is over. */
  served(
    { guarded }: OpenStep<N>,
    attempt: Attempt<OutputOf<N>>,
    data: OutputOf<N>,
  ): Result<Served<OutputOf<N>>, never> {
    const startedMs = this.#tick();
    guarded.served(startedMs, this.nowMs, attempt.deadlineMs, this.#mayBeSlow);
    if (this.plan.rule.hedge) guarded.latencyOf(this.plan.name).record(this.nowMs - startedMs);
    const { name } = guarded.layer;
    this.journal.served(name, attempt, this.nowMs - startedMs);
    return this.arrived(name, data);
  }

  /** The call is over with this answer. */
  arrived(layer: string, data: OutputOf<N>): Result<Served<OutputOf<N>>, never> {
    this.journal.over(this.startedMs, layer, undefined);
    return ok({ data, layer, trail: this.trail });
  }

  /** The attempt that began at `nowMs` failed: notes what it means and decides what follows. */
  failed({ guarded }: OpenStep<N>, attempt: Attempt<OutputOf<N>>, error: LayerError): Next {
    const startedMs = this.#tick();
    guarded.failed(error, startedMs, this.nowMs, this.#mayBeSlow);
    this.accounted = this.at + 1;
    const { name } = guarded.layer;
    this.journal.failed(name, attempt, this.nowMs - startedMs, error);
    return (this.aftermath ??= new Aftermath(this)).failed(name, attempt, error);
  }

  /** The question about a lost write has left something open: decides what follows. */
  questioned(verdict: OpenVerdict, why: string): Next {
    this.nowMs = this.deadlines.clock.nowMs();
    return this.aftermath?.asked(verdict, why) ?? 'stop';
  }

  /** Leaves the layer that was asked last. */
  goOn(): void {
    this.at += 1;
  }

  /** Waits before the same layer is asked again; false when the caller stopped meanwhile. */
  async pause(): Promise<boolean> {
    const untilMs = this.nowMs + (this.aftermath?.pauseMs ?? 0);
    const passed = await new Pause(this.deadlines, untilMs, this.errand.signal).passed();
    this.nowMs = this.deadlines.clock.nowMs();
    return passed;
  }

  get #mayBeSlow(): boolean {
    return this.idleTimeoutMs === undefined;
  }

  #attemptEndsAtMs(followers: number): number {
    const { endsAtMs, nowMs, idleTimeoutMs } = this;
    if (idleTimeoutMs !== undefined) return Math.min(endsAtMs, nowMs + idleTimeoutMs);
    const shares = 1 + Math.min(followers, this.maxAttempts - this.attempts);
    return Math.min(endsAtMs, nowMs + (this.plan.rule.attemptTimeoutMs ?? (endsAtMs - nowMs) / shares));
  }

  /** Reads the clock; gives back what it said before, which is when the attempt began. */
  #tick(): number {
    const beforeMs = this.nowMs;
    this.nowMs = this.deadlines.clock.nowMs();
    return beforeMs;
  }
}
