import {
  errorKinds,
  type HybridError,
  type LayerError,
  type OperationName,
  type TrailEntry,
} from '@hybrid-supabase/core';
import type { Errand } from './errand.js';
import type { House } from './house.js';

/** What an attempt leaves behind for the trail. */
export interface Traces {
  readonly attempt: number;
  readonly notes: readonly string[] | undefined;
}

/** Keeps the trail of one call and tells the listener, if there is one. */
export class Journal {
  readonly #house: House;
  readonly #operation: OperationName;
  readonly #errand: Errand;
  #trail: TrailEntry[] | undefined;

  constructor(house: House, operation: OperationName, errand: Errand) {
    this.#house = house;
    this.#operation = operation;
    this.#errand = errand;
  }

  get trail(): TrailEntry[] {
    return (this.#trail ??= []);
  }

  skip(entry: TrailEntry): void {
    this.#add(entry);
    const { report } = this.#house;
    if (report && entry.reason)
      report({ type: 'layer-skipped', ...this.#ofCall(), layer: entry.layer, reason: entry.reason });
  }

  started(layer: string, attempt: number): void {
    const { report } = this.#house;
    if (report) report({ type: 'attempt-started', ...this.#ofCall(), layer, attempt });
  }

  served(layer: string, traces: Traces, ms: number): void {
    const { attempt } = traces;
    const entry: TrailEntry = this.#errand.isQuestion
      ? { layer, did: 'reconciled', ms, why: `asked ${this.#operation}` }
      : { layer, did: 'served', ms, attempt };
    this.#add(withNotes(entry, traces));
    const { report } = this.#house;
    if (report) report({ type: 'attempt-ended', ...this.#ofCall(), layer, attempt, ms });
  }

  failed(layer: string, traces: Traces, ms: number, { kind, effect, message, sqlState }: LayerError): void {
    const { isQuestion } = this.#errand;
    // To a question, `not-found` is as good an answer as any.
    const did = isQuestion && errorKinds[kind] === 'answer' ? 'reconciled' : 'failed';
    const entry: TrailEntry = isQuestion
      ? { layer, did, ms, kind, effect, why: `asked ${this.#operation}: ${message}` }
      : { layer, did, ms, attempt: traces.attempt, kind, effect, why: message };
    this.#add(withNotes(entry, traces));
    const { report } = this.#house;
    if (!report) return;
    const ended = {
      type: 'attempt-ended',
      ...this.#ofCall(),
      layer,
      attempt: traces.attempt,
      ms,
      kind,
      effect,
    } as const;
    report(sqlState === undefined ? ended : { ...ended, sqlState });
  }

  /** The whole call is over; a question is only a part of one. */
  over(startedMs: number, layer: string | undefined, kind: HybridError['kind'] | undefined): void {
    const { report, deadlines } = this.#house;
    if (!report || this.#errand.isQuestion) return;
    const ms = deadlines.clock.nowMs() - startedMs;
    report({ type: 'call-ended', ...this.#ofCall(), ms, ...(layer !== undefined && { layer }), ...(kind && { kind }) });
  }

  #add(entry: TrailEntry): void {
    // Most trails have one entry, and an empty array that grows takes room for seventeen.
    if (this.#trail === undefined) this.#trail = [entry];
    else this.#trail.push(entry);
  }

  #ofCall(): { readonly call: number; readonly operation: OperationName } {
    return { call: this.#errand.call, operation: this.#operation };
  }
}

const withNotes = (entry: TrailEntry, { notes }: Traces): TrailEntry =>
  notes === undefined ? entry : { ...entry, notes };
