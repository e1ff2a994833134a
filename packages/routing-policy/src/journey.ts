import {
  errorKinds,
  type HybridError,
  type InputOf,
  type LayerError,
  type Method,
  type OperationName,
  type OutputOf,
  type Served,
  type TrailEntry,
} from '@hybrid-supabase/core';
import { err, ok, type Result } from 'neverthrow';
import type { Fault, Refusal, Situation } from './admit.js';
import { Attempt, type AttemptFacts } from './attempt.js';
import type { Entry } from './bulkhead.js';
import type { Underway } from './hedged-attempt.js';
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

const noRepeat = 'No repeat: the budget for repeats and hedges is used up.';
const crowded: { readonly [E in Exclude<Entry, 'entered'>]: Refusal } = {
  full: { reason: 'budget', why: 'Too many calls wait for it already.' },
  late: { reason: 'deadline', why: 'No place became free in time.' },
  stopped: { reason: 'not-needed', why: 'The caller stopped while waiting for a place.' },
};

type Outcome<N extends OperationName> = Result<Served<OutputOf<N>>, HybridError>;

/**
 * One call on its way: what it has tried, what it knows, what may follow. Its steps are synchronous and the
 * router's loop does the waiting, because the locals of a large
 * async function outlive every await. A long file, because all that a call knows changes in this one place.
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
  #holdsExtra = false;
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
    return new Attempt(this, name, this.attempts, this.#attemptEndsAtMs(followers), guarded.bulkhead);
  }

  /** The attempt served: the call is over. */
  served(step: Step<N>, attempt: Attempt<OutputOf<N>>, data: OutputOf<N>): Outcome<N> {
    const startedMs = this.#tick();
    step.guarded.served(startedMs, this.nowMs, this.#mayBeSlow);
    if (this.plan.rule.hedge) step.guarded.latencyOf(this.plan.name).record(this.nowMs - startedMs);
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
    guarded.failed(error, startedMs, this.nowMs, this.#mayBeSlow);
    this.#last = error;
    this.#lastLayer = guarded.layer.name;
    this.#accounted = this.#at + 1;
    this.#journal.failed(guarded.layer.name, attempt, this.nowMs - startedMs, error);
    if (error.fault !== undefined) (this.faults ??= []).push({ part: error.fault, layer: guarded.layer.name });
    this.#pauseMs = error.retryAfterMs ?? nextPauseMs(this.#pauseMs, this.#house.random);
    const state = this.#state(error);
    this.giveBack();
    const next = this.#afforded(decide(state, error), () => decide({ ...state, mayRetryHere: false }, error));
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
    const [state, last] = [this.#state(this.#last!), this.#last!];
    return this.#afforded(decideAfter(verdict, state, last), () =>
      decideAfter(verdict, { ...state, mayRetryHere: false }, last),
    );
  }

  /** Gives the extra attempt back, if the call holds one. */
  giveBack(): void {
    if (this.#holdsExtra) this.#house.budget.giveBack();
    this.#holdsExtra = false;
  }

  /** A repeat costs something of the budget; a question does not, because a write waits for it. */
  #afforded(next: Next, otherwise: () => Next): Next {
    if (next !== 'retry' || this.errand.isQuestion) return next;
    this.#holdsExtra = this.#house.budget.take();
    if (this.#holdsExtra) return next;
    this.#journal.skip({ layer: this.#lastLayer ?? '', did: 'skipped', ms: 0, reason: 'budget', why: noRepeat });
    return otherwise();
  }

  /** When a read that has not answered is sent a second time; nothing where it is not. */
  hedgeDelayMs({ guarded }: Step<N>): number | undefined {
    const { hedge } = this.plan.rule;
    if (hedge === undefined || this.attempts >= this.maxAttempts) return undefined;
    const latency = guarded.latencyOf(this.plan.name);
    if (latency.samples < hedge.minimumSamples) return undefined;
    return Math.max(hedge.minimumDelayMs, latency.at(hedge.quantile));
  }

  /** Sends a read once more, to the next layer in health or to the same one, if the budget and the bulkhead allow it. */
  hedge(first: Step<N>): Underway<N> | undefined {
    this.nowMs = this.deadlines.clock.nowMs();
    const isHealthy = (step: Step<N>) =>
      step.method !== undefined && step.guarded.isClosedNow && refusalOf(step, this) === undefined;
    const step = this.plan.steps.slice(this.#at + 1).find(isHealthy) ?? (isHealthy(first) ? first : undefined);
    if (step?.method === undefined || !step.guarded.bulkhead.tryEnter()) return undefined;
    if (!this.#house.budget.take()) {
      step.guarded.bulkhead.leave();
      return undefined;
    }
    return this.sent(step, step.method);
  }

  /** Sends an attempt and remembers when. */
  sent(step: Step<N>, method: Method<InputOf<N>, OutputOf<N>>): Underway<N> {
    const startedMs = this.nowMs;
    const attempt = this.begin(step);
    return { step, attempt, startedMs, outcome: attempt.run(method, this.input) };
  }

  /** Goes on from a hedged attempt: the clock stands where that attempt began. */
  asOf(startedMs: number): void {
    this.nowMs = startedMs;
  }

  /** One of two attempts failed while the other one is still under way. */
  failedBeside({ step, attempt, startedMs }: Omit<Underway<N>, 'outcome'>, error: LayerError): void {
    const nowMs = this.deadlines.clock.nowMs();
    step.guarded.failed(error, startedMs, nowMs, true);
    this.#journal.failed(step.guarded.layer.name, attempt, nowMs - startedMs, error);
  }

  /** The other one of two attempts answered first. How long this one has taken counts, or the slow ones would be forgotten. */
  outrun({ step, attempt, startedMs }: Underway<N>): void {
    const ms = this.deadlines.clock.nowMs() - startedMs;
    const { name } = step.guarded.layer;
    step.guarded.latencyOf(this.plan.name).record(ms);
    const message = 'Another attempt answered first.';
    this.#journal.failed(name, attempt, ms, { kind: 'cancelled', layer: name, effect: 'unknown', message });
  }

  /** Waits for a place in the layer. When there is none the layer is passed over, and the trail says why. */
  async queue({ guarded, followers }: Step<N>): Promise<boolean> {
    const entry = await guarded.bulkhead.enter(this.#attemptEndsAtMs(followers), this.errand.signal);
    this.nowMs = this.deadlines.clock.nowMs();
    if (entry === 'entered') return true;
    this.#journal.skip(skipped(guarded, crowded[entry]));
    this.#at += 1;
    this.#accounted = this.#at;
    return false;
  }

  get #mayBeSlow(): boolean {
    return this.idleTimeoutMs === undefined;
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

  /** The router itself failed. */
  crashed(error: HybridError): Outcome<N> {
    return this.#over(error);
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
