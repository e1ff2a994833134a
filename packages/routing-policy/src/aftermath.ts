import type { LayerError, OperationName, OutputOf } from '@hybrid-supabase/core';
import type { Fault } from './admit.js';
import type { Attempt } from './attempt.js';
import { longestPauseMs, nextPauseMs } from './backoff.js';
import { othersAfter } from './choose.js';
import { decide, decideAfter, type DecisionState, type Next, type OpenVerdict } from './decide.js';
import type { Journey } from './journey.js';

const noRepeat = 'No repeat: the budget for repeats and hedges is used up.';

/** What the failures of one call have left behind, and what may follow them. */
export class Aftermath<N extends OperationName> {
  /** The last failure; there is one as soon as anybody else can see this. */
  last: LayerError | undefined;
  /** The layer that was asked last. */
  layer = '';
  faults: Fault[] | undefined;
  /** The attempts that may still take effect. */
  lostIds: string[] | undefined;
  isUnsettled = false;
  /** What the question about a lost write said. */
  doubt = '';
  /** How long to wait before the same layer is asked again. */
  pauseMs = 0;
  readonly #journey: Journey<N>;
  #holdsExtra = false;

  constructor(journey: Journey<N>) {
    this.#journey = journey;
  }

  /** Takes a failure in and decides what follows. */
  failed(layer: string, attempt: Attempt<OutputOf<N>>, error: LayerError): Next {
    this.last = error;
    this.layer = layer;
    if (error.fault !== undefined) (this.faults ??= []).push({ part: error.fault, layer });
    this.pauseMs = error.retryAfterMs ?? nextPauseMs(this.pauseMs, this.#journey.house.random);
    const state = this.#state(error);
    this.giveBack();
    const next = this.#afforded(decide(state, error), () => decide({ ...state, mayRetryHere: false }, error));
    if (error.effect === 'unknown') this.#lost(attempt);
    return next;
  }

  /** What follows once the question about a lost write has left something open. */
  asked(verdict: OpenVerdict, why: string): Next {
    const { last } = this;
    if (last === undefined) return 'stop';
    if (verdict === 'cannot-happen') {
      this.isUnsettled = false;
      this.lostIds = undefined;
    } else this.doubt = why;
    const state = this.#state(last);
    return this.#afforded(decideAfter(verdict, state, last), () =>
      decideAfter(verdict, { ...state, mayRetryHere: false }, last),
    );
  }

  /** Gives the extra attempt back, if the call holds one. */
  giveBack(): void {
    if (this.#holdsExtra) this.#journey.house.budget.giveBack();
    this.#holdsExtra = false;
  }

  /** A repeat costs something of the budget; a question does not, because a write waits for it. */
  #afforded(next: Next, otherwise: () => Next): Next {
    const { house, errand, journal } = this.#journey;
    if (next !== 'retry' || errand.isQuestion) return next;
    this.#holdsExtra = house.budget.take();
    if (this.#holdsExtra) return next;
    journal.skip({ layer: this.layer, did: 'skipped', ms: 0, reason: 'budget', why: noRepeat });
    return otherwise();
  }

  #state({ retryAfterMs }: LayerError): DecisionState {
    const { plan, at, attempts, maxAttempts, nowMs, endsAtMs } = this.#journey;
    const left = maxAttempts - attempts;
    const others = othersAfter(plan.steps, at, this.#journey);
    const isShortWait = retryAfterMs === undefined || retryAfterMs <= longestPauseMs;
    const fits = nowMs + this.pauseMs < endsAtMs;
    return {
      effectClass: plan.operation.effect,
      mayRetryHere: left > others && fits && (isShortWait || others === 0),
      // Nobody else is left once the attempts are used up.
      mayGoOn: others > 0,
      earlierUnsettled: this.isUnsettled,
    };
  }

  #lost(attempt: Attempt<OutputOf<N>>): void {
    this.isUnsettled = true;
    // An id is made when it is first read, and only a write is ever asked about.
    if (this.#journey.plan.operation.effect === 'write') (this.lostIds ??= []).push(attempt.attemptId);
  }
}
