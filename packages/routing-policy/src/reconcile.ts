import type { Call, Inquiry, OperationName, OutputOf, TrailEntry, Verdict } from '@hybrid-supabase/core';
import { ok } from 'neverthrow';
import { Attempt } from './attempt.js';
import type { House, NoQuestion } from './house.js';
import type { Errand } from './errand.js';
import type { Journey } from './journey.js';

/** What became of a lost write, and who said so. */
export type Finding<N extends OperationName> = Verdict<OutputOf<N>> & { readonly layer: string };

/** Asks on behalf of a lost write; what was considered goes into `heard`. */
export type Asker = (house: House, errand: Errand, lastLayer: string, heard: TrailEntry[]) => Inquiry['ask'];

/** What it asks ends this much earlier than the question itself, so that it can still say what it found. */
const lastWordMs = 100;

const openVerdicts: ReadonlySet<unknown> = new Set(['cannot-happen', 'refuses-twin', 'cannot-tell']);

/**
 * Settles a write whose answer was lost, by the operation's own question. It may take until the call's end plus
 * `settleTimeoutMs`. Whatever goes wrong with the question, a throw included, is `cannot-tell`.
 */
export async function reconcile<N extends OperationName>(journey: Journey<N>, ask: Asker): Promise<Finding<N>> {
  const { house } = journey;
  const question = house.questionOf(journey.plan.name);
  const layer = journey.aftermath?.layer ?? '';
  if (typeof question !== 'function') return { verdict: 'cannot-tell', why: question.why, layer };
  const heard: TrailEntry[] = [];
  const endsAtMs = settleEndsAtMs(journey);
  const facts = factsOf(journey, endsAtMs + lastWordMs);
  const attempt = new Attempt<Verdict<OutputOf<N>>>(facts, layer, journey.attempts, facts.endsAtMs);
  const inquiry = inquiryOf(journey, (name, input) =>
    ask(house, errandOf(journey, attempt, endsAtMs), layer, heard)(name, input),
  );
  const outcome = await attempt.run(async () => ok(await question(journey.input, inquiry)), undefined);
  const verdict = outcome.isOk()
    ? readable(outcome.value)
    : ({ verdict: 'cannot-tell', why: unanswered[outcome.error.kind] ?? broken.why } as const);
  const witness = heard.findLast(({ did }) => did === 'reconciled')?.layer ?? layer;
  journey.trail.push(...withVerdict(heard, verdict, witness));
  return { ...verdict, layer: witness };
}

const broken: NoQuestion = { why: 'The question about it failed itself.' };

const unanswered: { readonly [kind: string]: string } = {
  'timed-out': 'The question about it found no answer in time.',
  cancelled: 'The caller stopped before the question about it was answered.',
};

function readable<T>(verdict: Verdict<T> | undefined): Verdict<T> {
  const isKnown = verdict?.verdict === 'happened' || openVerdicts.has(verdict?.verdict);
  return verdict !== undefined && isKnown ? verdict : { verdict: 'cannot-tell', why: broken.why };
}

/** Never later than a fixed time after the call's own end, however many questions are asked. */
function settleEndsAtMs<N extends OperationName>({ endsAtMs, nowMs, plan }: Journey<N>): number {
  const { settleTimeoutMs, timeoutMs } = plan.rule;
  // What streams may have no end of its own.
  return (endsAtMs === Number.POSITIVE_INFINITY ? nowMs + timeoutMs : endsAtMs) + settleTimeoutMs;
}

const factsOf = <N extends OperationName>(journey: Journey<N>, endsAtMs: number) => ({
  deadlines: journey.deadlines,
  newId: journey.newId,
  callerSignal: journey.callerSignal,
  idempotencyKey: journey.idempotencyKey,
  traceparent: journey.traceparent,
  idleTimeoutMs: undefined,
  endsAtMs,
});

/** Reads the question's signal, so that nothing is asked any more once the question is over. */
const errandOf = <N extends OperationName>(
  journey: Journey<N>,
  { signal }: Pick<Call, 'signal'>,
  endsAtMs: number,
): Errand => ({
  call: journey.errand.call,
  endsAtMs,
  signal,
  idempotencyKey: undefined,
  traceparent: journey.traceparent,
  isQuestion: true,
});

const inquiryOf = <N extends OperationName>(journey: Journey<N>, ask: Inquiry['ask']): Inquiry => ({
  attemptIds: [...(journey.aftermath?.lostIds ?? [])],
  ...(journey.idempotencyKey !== undefined && { idempotencyKey: journey.idempotencyKey }),
  ask,
});

function withVerdict(heard: readonly TrailEntry[], verdict: Verdict<unknown>, witness: string): readonly TrailEntry[] {
  const why = verdict.verdict === 'happened' ? 'happened: its effect is there.' : `${verdict.verdict}: ${verdict.why}`;
  const at = heard.findLastIndex(({ did }) => did === 'reconciled');
  if (at === -1 && verdict.verdict === 'cannot-tell') return heard;
  if (at === -1) return [...heard, { layer: witness, did: 'reconciled', ms: 0, why }];
  return heard.map((entry, index) => (index === at ? { ...entry, why: `${entry.why}; ${why}` } : entry));
}
