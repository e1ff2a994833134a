import type { HybridError, Served } from '@hybrid-supabase/core';
import type { Result } from 'neverthrow';
import type { LoadStep } from './load-result.js';

/** Counts what becomes of the calls that arrive in one step. */
export class StepTally {
  offered = 0;
  /** Good answers that came while this step lasted, whichever step their calls arrived in. */
  goodAnswers = 0;
  readonly #latenciesMs: number[] = [];
  readonly #refused: Record<string, number> = {};
  readonly #byLayer: Record<string, number> = {};

  answered(result: Result<Served<unknown>, HybridError>, ms: number): void {
    if (result.isErr()) return more(this.#refused, reasonOf(result.error));
    this.#latenciesMs.push(ms);
    more(this.#byLayer, result.value.layer);
  }

  step(step: number, offeredRate: number, stepMs: number): LoadStep {
    const sorted = this.#latenciesMs.sort((a, b) => a - b);
    return {
      step,
      offered: this.offered,
      offeredRate,
      served: sorted.length,
      goodput: (this.goodAnswers * 1_000) / stepMs,
      p50Ms: quantile(sorted, 0.5),
      p95Ms: quantile(sorted, 0.95),
      p99Ms: quantile(sorted, 0.99),
      refused: this.#refused,
      byLayer: this.#byLayer,
    };
  }
}

/** The kind; and of a call for which no layer had room, why the last one was passed over. */
const reasonOf = ({ kind, trail }: HybridError): string => {
  const reason = kind === 'no-layer' ? trail.findLast((entry) => entry.reason !== 'capability')?.reason : undefined;
  return reason === undefined ? kind : `${kind}/${reason}`;
};

const more = (counts: Record<string, number>, name: string): void => {
  counts[name] = (counts[name] ?? 0) + 1;
};

/** Nearest rank. */
const quantile = (sorted: readonly number[], share: number): number | null =>
  sorted[Math.max(0, Math.ceil(sorted.length * share) - 1)] ?? null;
