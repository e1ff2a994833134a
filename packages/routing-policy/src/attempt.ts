import { errorKinds, layerError, type Call, type LayerError, type Method } from '@hybrid-supabase/core';
import { err, type Result } from 'neverthrow';
import type { Bulkhead } from './bulkhead.js';
import type { Deadline, Deadlines } from './deadlines.js';

/** What every attempt of one call has in common. */
export interface AttemptFacts {
  readonly deadlines: Deadlines;
  readonly newId: () => string;
  readonly callerSignal: AbortSignal | undefined;
  readonly idempotencyKey: string | undefined;
  readonly traceparent: string | undefined;
  /** Set for what streams: how long it may go without progress. */
  readonly idleTimeoutMs: number | undefined;
  /** When the whole call ends; no progress moves an attempt beyond it. */
  readonly endsAtMs: number;
}

/** A layer that notes without end must not fill the memory. */
const mostNotes = 50;

/** One attempt: at once the `Call` a layer is given, the race against time and caller, and the deadline itself. */
export class Attempt<T> implements Call, Deadline {
  readonly attempt: number;
  deadlineMs: number;
  previous: Deadline | undefined;
  next: Deadline | undefined;
  declare readonly idempotencyKey?: string;
  declare readonly traceparent?: string;
  /** What the layer noted for the trail. */
  notes: string[] | undefined;
  readonly #facts: AttemptFacts;
  readonly #layer: string;
  readonly #place: Bulkhead | undefined;
  #attemptId: string | undefined;
  #controller: AbortController | undefined;
  #resolve: ((outcome: Result<T, LayerError>) => void) | undefined;
  #isLost = false;
  #reason: DOMException | undefined;

  constructor(facts: AttemptFacts, layer: string, attempt: number, deadlineMs: number, place?: Bulkhead) {
    this.#facts = facts;
    this.#place = place;
    this.#layer = layer;
    this.attempt = attempt;
    this.deadlineMs = deadlineMs;
    if (facts.idempotencyKey !== undefined) this.idempotencyKey = facts.idempotencyKey;
    if (facts.traceparent !== undefined) this.traceparent = facts.traceparent;
  }

  get signal(): AbortSignal {
    this.#controller ??= new AbortController();
    if (this.#isLost) this.#controller.abort(this.#reason);
    return this.#controller.signal;
  }

  get attemptId(): string {
    return (this.#attemptId ??= this.#facts.newId());
  }

  progressed(): void {
    const { idleTimeoutMs, deadlines, endsAtMs } = this.#facts;
    if (idleTimeoutMs !== undefined) this.deadlineMs = Math.min(endsAtMs, deadlines.clock.nowMs() + idleTimeoutMs);
  }

  note(what: string): void {
    if (this.#isOver) return;
    this.notes ??= [];
    if (this.notes.length < mostNotes) this.notes.push(what);
  }

  /** Runs the method once. Resolves with the first of: its answer, the deadline, the caller's stop. Never rejects. */
  run<Input>(method: Method<Input, T>, input: Input): Promise<Result<T, LayerError>> {
    const ended = new Promise<Result<T, LayerError>>((resolve) => {
      this.#resolve = resolve;
    });
    this.#facts.deadlines.add(this);
    this.#facts.callerSignal?.addEventListener('abort', this, { once: true });
    try {
      method(input, this).then(
        (outcome) => this.#answered(outcome),
        (thrown: unknown) => {
          this.#place?.leave();
          this.#brokeContract('rejected instead of answering', thrown);
        },
      );
    } catch (thrown) {
      this.#place?.leave();
      this.#brokeContract('threw instead of answering', thrown);
    }
    return ended;
  }

  /** The caller's signal has fired. */
  handleEvent(): void {
    this.#leave();
    this.#lose('cancelled', 'The caller stopped while the request was under way; it may have done its work.');
  }

  /** Another attempt of the same call has answered first. */
  giveUp(): void {
    if (this.#isOver) return;
    this.#leave();
    this.#lose('cancelled', 'Another attempt answered first.');
  }

  expire(): void {
    const { idleTimeoutMs } = this.#facts;
    const waited = idleTimeoutMs === undefined ? 'No answer in time.' : 'No answer and no progress in time.';
    this.#lose('timed-out', waited, 'Allow more time (timeoutMs), or see why the backend is slow.');
  }

  close(): void {
    this.#lose('cancelled', 'The door was closed while the request was under way; it may have done its work.');
  }

  get #isOver(): boolean {
    return this.#resolve === undefined;
  }

  #answered(outcome: Result<T, LayerError>): void {
    this.#place?.leave();
    if (this.#isOver) return;
    if (!isReadable(outcome)) return this.#brokeContract('answered with something that is no result');
    this.#leave();
    this.#settle(outcome);
  }

  #brokeContract(how: string, cause?: unknown): void {
    if (this.#isOver) return;
    this.#leave();
    const hint = 'This is a defect of the layer: run the contract suite over it.';
    this.#lose('invalid-reply', `The layer ${how}.`, hint, cause);
  }

  #leave(): void {
    this.#facts.deadlines.remove(this);
  }

  #lose(kind: LayerError['kind'], message: string, hint?: string, cause?: unknown): void {
    const error: LayerError = { kind, layer: this.#layer, effect: 'unknown', message };
    this.#isLost = true;
    // By its name a layer can tell a deadline from a caller who stopped.
    if (kind === 'timed-out') this.#reason = new DOMException(message, 'TimeoutError');
    this.#settle(err(layerError({ ...error, ...(hint && { hint }), ...(cause !== undefined && { cause }) })));
    // After settling, so that what the layer says to the signal comes too late to count.
    this.#controller?.abort(this.#reason);
  }

  #settle(outcome: Result<T, LayerError>): void {
    this.#facts.callerSignal?.removeEventListener('abort', this);
    this.#resolve?.(outcome);
    this.#resolve = undefined;
  }
}

/** Asked of what a layer resolves with, because a layer may be plain JavaScript or hold another copy of neverthrow. */
function isReadable(outcome: unknown): boolean {
  try {
    if (typeof outcome !== 'object' || outcome === null || !('isOk' in outcome)) return false;
    if (typeof outcome.isOk !== 'function') return false;
    return outcome.isOk() === true || ('error' in outcome && isLayerError(outcome.error));
  } catch {
    // A getter that throws is as unreadable as no result.
    return false;
  }
}

function isLayerError(error: unknown): boolean {
  if (typeof error !== 'object' || error === null || !('kind' in error) || !('effect' in error)) return false;
  const isKnown = typeof error.kind === 'string' && Object.hasOwn(errorKinds, error.kind);
  return isKnown && (error.effect === 'none' || error.effect === 'unknown');
}
