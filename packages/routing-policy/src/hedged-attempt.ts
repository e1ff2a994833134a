import type { LayerError, OperationName, OutputOf } from '@hybrid-supabase/core';
import type { Result } from 'neverthrow';
import type { Attempt } from './attempt.js';
import { refusalOf } from './choose.js';
import type { Journey } from './journey.js';
import type { OpenStep, Step } from './plan.js';
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
interface Underway<N extends OperationName> {
  readonly step: OpenStep<N>;
  readonly attempt: Attempt<OutputOf<N>>;
  readonly startedMs: number;
  readonly outcome: Promise<Result<OutputOf<N>, LayerError>>;
}

/** An attempt that has ended. */
interface Landed<N extends OperationName> extends Omit<Underway<N>, 'outcome'> {
  readonly outcome: Result<OutputOf<N>, LayerError>;
}

/** When a read that has not answered is sent a second time; nothing where it is not. */
export function hedgeDelayMs<N extends OperationName>(
  journey: Journey<N>,
  { guarded }: OpenStep<N>,
): number | undefined {
  const { plan, attempts, maxAttempts } = journey;
  const { hedge } = plan.rule;
  if (hedge === undefined || attempts >= maxAttempts) return undefined;
  const latency = guarded.latencyOf(plan.name);
  if (latency.samples < hedge.minimumSamples) return undefined;
  return Math.max(hedge.minimumDelayMs, latency.at(hedge.quantile));
}

/**
 * Sends a read, and once more when it takes longer than nearly all of late do; the first to serve wins and the other
 * one is stopped. Ends as failed only when both did. The journey's time is then that of the attempt that counts.
 */
export async function hedgedAttempt<N extends OperationName>(
  journey: Journey<N>,
  step: OpenStep<N>,
  delayMs: number,
): Promise<Landed<N>> {
  const landed = await firstToServe(journey, sent(journey, step), delayMs);
  journey.nowMs = landed.startedMs;
  return landed;
}

async function firstToServe<N extends OperationName>(
  journey: Journey<N>,
  first: Underway<N>,
  delayMs: number,
): Promise<Landed<N>> {
  const second = await secondOf(journey, first, delayMs);
  if (second === undefined) return { ...first, outcome: await first.outcome };
  try {
    const [landed, other] = await Promise.race([landingOf(first, second), landingOf(second, first)]);
    if (landed.outcome.isErr()) {
      failedBeside(journey, landed, landed.outcome.error);
      return { ...other, outcome: await other.outcome };
    }
    other.attempt.giveUp();
    outrun(journey, other);
    return landed;
  } finally {
    journey.house.budget.giveBack();
  }
}

/** The second attempt, once it may be sent; nothing when the first has ended before. */
async function secondOf<N extends OperationName>(
  journey: Journey<N>,
  first: Underway<N>,
  delayMs: number,
): Promise<Underway<N> | undefined> {
  const { deadlines } = journey;
  // Refused at a crowded moment, it asks again after twice as long: the slow call it is for is still waited for then.
  for (let waitMs = delayMs; ; waitMs *= 2) {
    const wait = new Wait<Result<OutputOf<N>, LayerError>>(deadlines, first.startedMs + waitMs, undefined);
    if ((await wait.for(first.outcome)) !== 'timed-out') return undefined;
    const second = sentAgain(journey, first.step);
    if (second !== undefined) return second;
  }
}

const landingOf = async <N extends OperationName>(
  one: Underway<N>,
  other: Underway<N>,
): Promise<readonly [Landed<N>, Underway<N>]> => [{ ...one, outcome: await one.outcome }, other];

/** Sends a read once more, to the next layer in health or to the same one, if the budget and the bulkhead allow it. */
function sentAgain<N extends OperationName>(journey: Journey<N>, first: OpenStep<N>): Underway<N> | undefined {
  journey.nowMs = journey.deadlines.clock.nowMs();
  const { plan, at, house } = journey;
  const isHealthy = (step: Step<N>): step is OpenStep<N> =>
    step.method !== undefined && step.guarded.isClosedNow && refusalOf(step, journey) === undefined;
  const step = plan.steps.slice(at + 1).find(isHealthy) ?? (isHealthy(first) ? first : undefined);
  if (step === undefined || !step.guarded.bulkhead.tryEnter()) return undefined;
  if (house.budget.take()) return sent(journey, step);
  step.guarded.bulkhead.leave();
  return undefined;
}

/** Sends an attempt and remembers when. */
function sent<N extends OperationName>(journey: Journey<N>, step: OpenStep<N>): Underway<N> {
  const startedMs = journey.nowMs;
  const attempt = journey.begin(step);
  return { step, attempt, startedMs, outcome: attempt.run(step.method, journey.input) };
}

/** One of two attempts failed while the other one is still under way. */
function failedBeside<N extends OperationName>(
  { deadlines, journal }: Journey<N>,
  { step, attempt, startedMs }: Landed<N>,
  error: LayerError,
): void {
  const nowMs = deadlines.clock.nowMs();
  step.guarded.failed(error, startedMs, nowMs, true);
  journal.failed(step.guarded.layer.name, attempt, nowMs - startedMs, error);
}

/** The other one of two attempts answered first. How long this one has taken counts, or the slow ones would be forgotten. */
function outrun<N extends OperationName>(
  { deadlines, journal, plan }: Journey<N>,
  { step, attempt, startedMs }: Underway<N>,
): void {
  const ms = deadlines.clock.nowMs() - startedMs;
  const { name } = step.guarded.layer;
  step.guarded.latencyOf(plan.name).record(ms);
  const message = 'Another attempt answered first.';
  journal.failed(name, attempt, ms, { kind: 'cancelled', layer: name, effect: 'unknown', message });
}
