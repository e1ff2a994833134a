import {
  errorKinds,
  type HybridError,
  type InputOf,
  type LayerError,
  type OperationName,
  type OutputOf,
  type Served,
  type TrailEntry,
} from '@hybrid-supabase/core';
import { err, ok, type Result } from 'neverthrow';
import type { Fault, Situation } from './admit.js';
import { Attempt, type AttemptFacts } from './attempt.js';
import { longestPauseMs, nextPauseMs } from './backoff.js';
import { othersAfter, refusalAt, refusalOf } from './choose.js';
import { decide, decideAfter, type DecisionState, type Next, type OpenVerdict } from './decide.js';
import type { Deadlines } from './deadlines.js';
import { ambiguousError, cancelledError, lastError, type Summary } from './endings.js';
import type { Errand } from './errand.js';
import { noLayer } from './hybrid-error.js';
import type { House } from './house.js';
import { Journal } from './journal.js';
import { Pause } from './pause.js';
import { skipped, type Plan, type Step } from './plan.js';

type Outcome<N extends OperationName> = Result<Served<OutputOf<N>>, HybridError>;

/**
 * One call on its way: what it has tried, what it knows, what may follow. Its steps are synchronous and the
 * router's loop does the waiting, because the locals of a large
 * async function outlive every await.
 */
export class Journey<N extends OperationName> implements AttemptFacts, Situation {
  readonly plan: Plan<N>;
  readonly input: InputOf<N>;
  readonly errand: Errand;
  readonly deadlines: Deadlines;
  readonly newId: () => string;
  readonly endsAtMs: number;
  readonly maxAttempts: number;
  readonly idleTimeoutMs: number | undefined;
  readonly startedMs: number;
  nowMs: number;
  attempts = 0;
  faults: Fault[] | undefined;
  /** The attempts that may still take effect. */
  lostIds: string[] | undefined;
  readonly #house: House;
  readonly #journal: Journal;
  #at = 0;
  /** How many steps the trail accounts for. */
  #accounted = 0;
  #last: LayerError | undefined;
  #lastLayer: string | undefined;
  #pauseMs = 0;
  #isUnsettled = false;
  #doubt = '';

  constructor(house: House, plan: Plan<N>, input: InputOf<N>, errand: Errand, startedMs: number) {
    this.#house = house;
    this.#journal = new Journal(house, plan.name, errand);
    this.plan = plan;
    this.input = input;
    this.errand = errand;
    this.deadlines = house.deadlines;
    this.newId = house.newId;
    this.endsAtMs = errand.endsAtMs;
    this.maxAttempts = plan.rule.maxAttempts;
    this.idleTimeoutMs = plan.operation.streams ? plan.rule.idleTimeoutMs : undefined;
    this.startedMs = this.nowMs = startedMs;
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

  get trail(): TrailEntry[] {
    return this.#journal.trail;
  }

  /** The layer that was asked last. */
  get layer(): string | undefined {
    return this.#lastLayer;
  }

  get isStopped(): boolean {
    return this.errand.signal?.aborted === true || this.#house.isClosed();
  }

  /** The next layer that may be asked; those passed over go into the trail. */
  nextStep(): Step<N> | undefined {
    const { steps } = this.plan;
    for (; this.#at < steps.length; this.#at += 1) {
      const step = steps[this.#at]!;
      const refused = step.refused ?? refusalAt(steps, this.#at, this);
      if (refused === undefined) return step;
      this.#journal.skip(refused);
      this.#accounted = this.#at + 1;
    }
    return undefined;
  }

  /** Starts the clock of one attempt on that layer. */
  begin({ guarded, followers }: Step<N>): Attempt<OutputOf<N>> {
    const { name } = guarded.layer;
    this.attempts += 1;
    this.#journal.started(name, this.attempts);
    return new Attempt(this, name, this.attempts, this.#attemptEndsAtMs(followers));
  }

  /** The attempt served: the call is over. */
  served(step: Step<N>, attempt: Attempt<OutputOf<N>>, data: OutputOf<N>): Outcome<N> {
    const startedMs = this.#tick();
    step.guarded.served(startedMs, this.nowMs);
    const { name } = step.guarded.layer;
    this.#journal.served(name, attempt, this.nowMs - startedMs);
    return this.arrived(name, data);
  }

  /** The call is over with this answer. */
  arrived(layer: string, data: OutputOf<N>): Outcome<N> {
    this.#journal.over(this.startedMs, layer, undefined);
    return ok({ data, layer, trail: this.trail });
  }

  /** The attempt failed: notes what it means and decides what follows. */
  failed({ guarded }: Step<N>, attempt: Attempt<OutputOf<N>>, error: LayerError): Next {
    const startedMs = this.#tick();
    guarded.failed(error, startedMs, this.nowMs);
    this.#last = error;
    this.#lastLayer = guarded.layer.name;
    this.#accounted = this.#at + 1;
    this.#journal.failed(guarded.layer.name, attempt, this.nowMs - startedMs, error);
    if (error.fault !== undefined) (this.faults ??= []).push({ part: error.fault, layer: guarded.layer.name });
    this.#pauseMs = error.retryAfterMs ?? nextPauseMs(this.#pauseMs, this.#house.random);
    const next = decide(this.#state(error), error);
    if (error.effect === 'unknown') this.#lost(attempt);
    return next;
  }

  /** What follows once the question about a lost write has left something open. */
  after(verdict: OpenVerdict, why: string): Next {
    this.nowMs = this.deadlines.clock.nowMs();
    if (verdict === 'cannot-happen') {
      this.#isUnsettled = false;
      this.lostIds = undefined;
    } else this.#doubt = why;
    return decideAfter(verdict, this.#state(this.#last!), this.#last!);
  }

  goOn(): void {
    this.#at += 1;
  }

  /** Waits before the same layer is asked again; false when the caller stopped meanwhile. */
  async pause(): Promise<boolean> {
    const passed = await new Pause(this.deadlines, this.nowMs + this.#pauseMs, this.errand.signal).passed();
    this.nowMs = this.deadlines.clock.nowMs();
    return passed;
  }

  /** The caller stopped between two attempts, or before the first. */
  cancelled(): Outcome<N> {
    this.#account('The caller stopped.');
    return this.#over(cancelledError(this.#summary()));
  }

  /** No further attempt: the last error becomes the call's. */
  ended(next: Next): Outcome<N> {
    const last = this.#last;
    if (last === undefined) return this.#over(noLayer(this.plan.name, this.trail));
    if (this.#isAmbiguous(next, last)) {
      this.#account('The write must not be sent again while it may still take effect.');
      return this.#over(ambiguousError(this.#summary(), last));
    }
    this.#account(errorKinds[last.kind] === 'answer' ? 'The backend itself has answered.' : 'The call is over.');
    return this.#over(lastError(this.#summary(), last));
  }

  /** A first answer whose effect is unknown stays the backend's answer, and `effect` says the rest. */
  #isAmbiguous(next: Next, { kind }: LayerError): boolean {
    const mayHaveHappened = this.plan.operation.effect === 'write' && this.#isUnsettled;
    return mayHaveHappened && next !== 'answer' && errorKinds[kind] !== 'stop';
  }

  #summary(): Summary {
    const effect = this.#isUnsettled ? 'unknown' : 'none';
    return { operation: this.plan.name, layer: this.layer, effect, doubt: this.#doubt, trail: this.trail };
  }

  #over(error: HybridError): Outcome<N> {
    this.#journal.over(this.startedMs, error.layer, error.kind);
    return err(error);
  }

  /** Accounts for the layers that were not reached. A question adds to a trail that says enough of its own layers. */
  #account(why: string): void {
    if (this.errand.isQuestion) return;
    const { steps } = this.plan;
    for (let at = this.#accounted; at < steps.length; at += 1) {
      const refusal = steps[at]!.refused ?? refusalOf(steps[at]!, this);
      this.#journal.skip(refusal ?? skipped(steps[at]!.guarded, { reason: 'not-needed', why }));
    }
  }

  #state({ retryAfterMs }: LayerError): DecisionState {
    const left = this.maxAttempts - this.attempts;
    const others = othersAfter(this.plan.steps, this.#at, this);
    const isShortWait = retryAfterMs === undefined || retryAfterMs <= longestPauseMs;
    const fits = this.nowMs + this.#pauseMs < this.endsAtMs;
    return {
      effectClass: this.plan.operation.effect,
      mayRetryHere: left > others && fits && (isShortWait || others === 0),
      mayGoOn: left > 0 && others > 0,
      earlierUnsettled: this.#isUnsettled,
    };
  }

  #lost(attempt: Attempt<OutputOf<N>>): void {
    this.#isUnsettled = true;
    // An id is made when it is first read, and only a write is ever asked about.
    if (this.plan.operation.effect === 'write') (this.lostIds ??= []).push(attempt.attemptId);
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
