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
import { refusedByBreaker, refusedNow, type Fault, type Situation } from './admit.js';
import { Attempt, type AttemptFacts } from './attempt.js';
import { longestPauseMs, nextPauseMs } from './backoff.js';
import { decide, decideAfter, type DecisionState, type Next, type OpenVerdict } from './decide.js';
import type { Deadlines } from './deadlines.js';
import { hybridError, noLayer } from './hybrid-error.js';
import type { House } from './house.js';
import { Pause } from './pause.js';
import { skipped, type Plan, type Step } from './plan.js';

/** What sets one call apart from others of the same operation. */
export interface Errand {
  /** Its number in this router. */
  readonly call: number;
  readonly endsAtMs: number;
  readonly signal: AbortSignal | undefined;
  readonly idempotencyKey: string | undefined;
  readonly traceparent: string | undefined;
  /** Asks on behalf of a write that was lost, and writes into that call's trail. */
  readonly isQuestion: boolean;
}

type Outcome<N extends OperationName> = Result<Served<OutputOf<N>>, HybridError>;

/**
 * One call on its way: what it has tried, what it knows, what may follow. Its steps are synchronous and the
 * router's loop does the waiting, because the locals of a large async function outlive every await. It is longer
 * than other files here because all of it reads and writes the one state of a call.
 */
export class Journey<N extends OperationName> implements AttemptFacts, Situation {
  readonly plan: Plan<N>;
  readonly input: InputOf<N>;
  readonly errand: Errand;
  readonly trail: TrailEntry[] = [];
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
      const refused = step.refused ?? this.#refused(step);
      if (refused === undefined) return step;
      this.#skip(refused);
      this.#accounted = this.#at + 1;
    }
    return undefined;
  }

  /** Starts the clock of one attempt on that layer. */
  begin({ guarded, followers }: Step<N>): Attempt<OutputOf<N>> {
    const { name } = guarded.layer;
    this.attempts += 1;
    const { report } = this.#house;
    if (report) report({ type: 'attempt-started', ...this.#ofCall(), layer: name, attempt: this.attempts });
    return new Attempt(this, name, this.attempts, this.#attemptEndsAtMs(followers));
  }

  /** The attempt served: the call is over. */
  served(step: Step<N>, attempt: Attempt<OutputOf<N>>, data: OutputOf<N>): Outcome<N> {
    const startedMs = this.#tick();
    step.guarded.served(startedMs, this.nowMs);
    const { name: layer } = step.guarded.layer;
    this.trail.push(this.#entry(layer, this.errand.isQuestion ? 'reconciled' : 'served', startedMs, attempt));
    this.#reportEnd(layer, startedMs, undefined);
    return this.arrived(layer, data);
  }

  /** The call is over with this answer. */
  arrived(layer: string, data: OutputOf<N>): Outcome<N> {
    if (this.#house.report) this.#reportOver(layer, undefined);
    return ok({ data, layer, trail: this.trail });
  }

  /** The attempt failed: notes what it means and decides what follows. */
  failed({ guarded }: Step<N>, attempt: Attempt<OutputOf<N>>, error: LayerError): Next {
    const startedMs = this.#tick();
    guarded.failed(error, startedMs, this.nowMs);
    this.#last = error;
    this.#lastLayer = guarded.layer.name;
    this.#accounted = this.#at + 1;
    this.#trailFailure(guarded.layer.name, startedMs, attempt, error);
    this.#reportEnd(guarded.layer.name, startedMs, error);
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
    const effect = this.#isUnsettled ? 'unknown' : 'none';
    const message =
      effect === 'none'
        ? 'The caller stopped before anything took effect.'
        : 'The caller stopped; an earlier attempt may have done its work.';
    return this.#over(
      { kind: 'cancelled', operation: this.plan.name, effect, message, trail: this.#wholeTrail('The caller stopped.') },
      this.layer,
    );
  }

  /** No further attempt: the last error becomes the call's. */
  ended(next: Next): Outcome<N> {
    const last = this.#last;
    if (last === undefined) return this.#over(noLayer(this.plan.name, this.trail), undefined);
    if (this.#isAmbiguous(next, last)) return this.#ambiguous(last);
    const effect = this.#isUnsettled ? 'unknown' : 'none';
    const wasFenced = effect === 'none' && last.effect === 'unknown';
    const hint = wasFenced ? { hint: 'It is settled that nothing happened: calling again is safe.' } : undefined;
    const trail = this.#wholeTrail(
      errorKinds[last.kind] === 'answer' ? 'The backend itself has answered.' : 'The call is over.',
    );
    return this.#over({ ...last, ...hint, effect, operation: this.plan.name, trail }, this.layer);
  }

  #ambiguous(last: LayerError): Outcome<N> {
    const { name } = this.plan;
    const trail = this.#wholeTrail('The write must not be sent again while it may still take effect.');
    const message = `${name} was sent, and whether it happened is not known. ${this.#doubt} It was not sent again.`;
    const hint =
      'See for yourself whether it happened before you call again; a call with the same idempotencyKey is safe where a ledger keeps it.';
    return this.#over(
      { ...last, kind: 'ambiguous', effect: 'unknown', operation: name, message, hint, trail },
      this.layer,
    );
  }

  /** A first answer whose effect is unknown stays the backend's answer, and `effect` says the rest. */
  #isAmbiguous(next: Next, { kind }: LayerError): boolean {
    const mayHaveHappened = this.plan.operation.effect === 'write' && this.#isUnsettled;
    return mayHaveHappened && next !== 'answer' && errorKinds[kind] !== 'stop';
  }

  #over({ layer: _said, ...error }: HybridError, layer: string | undefined): Outcome<N> {
    if (this.#house.report) this.#reportOver(layer, error.kind);
    return err(hybridError(layer === undefined ? error : { ...error, layer }));
  }

  /** Accounts for the layers that were not reached. A question adds to a trail that says enough of its own layers. */
  #wholeTrail(why: string): TrailEntry[] {
    if (this.errand.isQuestion) return this.trail;
    for (const step of this.plan.steps.slice(this.#accounted)) {
      const refusal = step.refused ?? this.#refusal(step);
      this.#skip(refusal ?? skipped(step.guarded, { reason: 'not-needed', why }));
    }
    return this.trail;
  }

  #refusal({ guarded }: Step<N>): TrailEntry | undefined {
    const refusal = refusedNow(guarded.layer, this);
    return refusal && skipped(guarded, refusal);
  }

  #refused(step: Step<N>): TrailEntry | undefined {
    const refusal = this.#refusal(step);
    if (refusal !== undefined) return refusal;
    if (step.guarded.isOpenTo(this.nowMs) || !this.#anotherCanServe()) return undefined;
    return skipped(step.guarded, refusedByBreaker);
  }

  /** The last layer that can serve is never shut out by its breaker. */
  #anotherCanServe(): boolean {
    const later = this.plan.steps.slice(this.#at + 1);
    return later.some((step) => this.#isAdmissible(step) && step.guarded.isOpenTo(this.nowMs));
  }

  #isAdmissible(step: Step<N>): boolean {
    return step.method !== undefined && refusedNow(step.guarded.layer, this) === undefined;
  }

  #state({ retryAfterMs }: LayerError): DecisionState {
    const left = this.maxAttempts - this.attempts;
    const others = this.plan.steps.slice(this.#at + 1).filter((step) => this.#isAdmissible(step)).length;
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

  #entry(layer: string, did: TrailEntry['did'], startedMs: number, { notes }: Attempt<OutputOf<N>>): TrailEntry {
    const ms = this.nowMs - startedMs;
    const entry: TrailEntry = this.errand.isQuestion
      ? { layer, did, ms, why: `asked ${this.plan.name}` }
      : { layer, did, ms, attempt: this.attempts };
    return notes === undefined ? entry : { ...entry, notes };
  }

  #trailFailure(
    layer: string,
    startedMs: number,
    attempt: Attempt<OutputOf<N>>,
    { kind, effect, message }: LayerError,
  ): void {
    const { isQuestion } = this.errand;
    // To a question, `not-found` is as good an answer as any.
    const did = isQuestion && errorKinds[kind] === 'answer' ? 'reconciled' : 'failed';
    const why = isQuestion ? `asked ${this.plan.name}: ${message}` : message;
    this.trail.push({ ...this.#entry(layer, did, startedMs, attempt), kind, effect, why });
  }

  #skip(entry: TrailEntry): void {
    this.trail.push(entry);
    const { report } = this.#house;
    if (report && entry.reason)
      report({ type: 'layer-skipped', ...this.#ofCall(), layer: entry.layer, reason: entry.reason });
  }

  #ofCall(): { readonly call: number; readonly operation: OperationName } {
    return { call: this.errand.call, operation: this.plan.name };
  }

  #reportEnd(layer: string, startedMs: number, error: LayerError | undefined): void {
    const { report } = this.#house;
    if (!report) return;
    const how = error && { kind: error.kind, effect: error.effect };
    report({
      type: 'attempt-ended',
      ...this.#ofCall(),
      layer,
      attempt: this.attempts,
      ms: this.nowMs - startedMs,
      ...how,
    });
  }

  #reportOver(layer: string | undefined, kind: HybridError['kind'] | undefined): void {
    if (this.errand.isQuestion) return;
    const ms = this.deadlines.clock.nowMs() - this.startedMs;
    this.#house.report?.({ type: 'call-ended', ...this.#ofCall(), ms, ...(layer && { layer }), ...(kind && { kind }) });
  }
}
