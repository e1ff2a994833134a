import type { LayerError, OperationName, OutputOf } from '@hybrid-supabase/core';
import type { Result } from 'neverthrow';
import type { Attempt } from './attempt.js';
import type { House } from './house.js';
import type { Journey } from './journey.js';
import type { Step } from './plan.js';
import { Wait } from './wait.js';

/** When a read is sent a second time before the first has answered. */
export interface HedgeRule {
  /** The share of calls that are waited for; the rest are doubled. Kept above 0.95, which would double one call in twenty. */
  readonly quantile: number;
  /** Nothing is hedged before so many calls were seen. */
  readonly minimumSamples: number;
  /** Never earlier than this. */
  readonly minimumDelayMs: number;
}

/** Where an attempt stands. */
export interface Underway<N extends OperationName> {
  readonly step: Step<N>;
  readonly attempt: Attempt<OutputOf<N>>;
  readonly startedMs: number;
  readonly outcome: Promise<Result<OutputOf<N>, LayerError>>;
}

/** An attempt that has ended. */
export interface Landed<N extends OperationName> extends Omit<Underway<N>, 'outcome'> {
  readonly outcome: Result<OutputOf<N>, LayerError>;
}

/**
 * Sends a read, and once more when it takes longer than nearly all of late do; the first to serve wins and the other
 * one is stopped. Ends as failed only when both did.
 */
export async function hedgedAttempt<N extends OperationName>(
  house: House,
  journey: Journey<N>,
  first: Underway<N>,
  delayMs: number,
): Promise<Landed<N>> {
  const early = await new Wait<Result<OutputOf<N>, LayerError>>(
    house.deadlines,
    first.startedMs + delayMs,
    undefined,
  ).for(first.outcome);
  if (typeof early !== 'string') return { ...first, outcome: early };
  const second = early === 'timed-out' ? journey.hedge(first.step) : undefined;
  if (second === undefined) return { ...first, outcome: await first.outcome };
  try {
    const [landed, other] = await Promise.race([landingOf(first, second), landingOf(second, first)]);
    if (landed.outcome.isErr()) {
      journey.failedBeside(landed, landed.outcome.error);
      return { ...other, outcome: await other.outcome };
    }
    other.attempt.giveUp();
    journey.outrun(other);
    return landed;
  } finally {
    house.budget.giveBack();
  }
}

const landingOf = async <N extends OperationName>(
  one: Underway<N>,
  other: Underway<N>,
): Promise<readonly [Landed<N>, Underway<N>]> => [{ ...one, outcome: await one.outcome }, other];
