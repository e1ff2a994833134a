import type { HybridError, Inquiry, OperationName, OutputOf, Served } from '@hybrid-supabase/core';
import { ResultAsync, type Result } from 'neverthrow';
import type { Next } from './decide.js';
import { cancelled, crashed, ended } from './endings.js';
import { hedgeDelayMs, hedgedAttempt } from './hedged-attempt.js';
import { Journey } from './journey.js';
import { planWithLast } from './plan.js';
import { reconcile, type Asker } from './reconcile.js';

type Outcome<N extends OperationName> = Result<Served<OutputOf<N>>, HybridError>;

/** Takes a call to its end: the loop around the decision. Never rejects. */
export async function travel<N extends OperationName>(journey: Journey<N>): Promise<Outcome<N>> {
  const { budget } = journey.house;
  budget.callBegan();
  try {
    for (;;) {
      if (journey.isStopped) return cancelled(journey);
      const step = journey.nextStep();
      if (step === undefined) return ended(journey, 'stop');
      if (!step.guarded.bulkhead.tryEnter() && !(await journey.queue(step))) continue;
      const delayMs = hedgeDelayMs(journey, step);
      let next: Next;
      if (delayMs === undefined) {
        const attempt = journey.begin(step);
        const outcome = await attempt.run(step.method, journey.input);
        if (outcome.isOk()) return journey.served(step, attempt, outcome.value);
        next = journey.failed(step, attempt, outcome.error);
      } else {
        const landed = await hedgedAttempt(journey, step, delayMs);
        if (landed.outcome.isOk()) return journey.served(landed.step, landed.attempt, landed.outcome.value);
        next = journey.failed(landed.step, landed.attempt, landed.outcome.error);
      }
      if (next === 'answer' || next === 'stop') return ended(journey, next);
      // What waits further has its own frame; a call that is served at once does not carry it.
      const over = await followed(journey, next);
      if (over !== undefined) return over;
    }
  } catch (thrown) {
    return crashed(journey, thrown);
  } finally {
    journey.aftermath?.giveBack();
    budget.callEnded();
  }
}

/** Does what follows a failure, up to the next attempt; the outcome, if the call is over. */
async function followed<N extends OperationName>(journey: Journey<N>, decided: Next): Promise<Outcome<N> | undefined> {
  let next = decided;
  if (next === 'reconcile') {
    if (journey.isStopped) return cancelled(journey);
    const found = await reconcile(journey, ask);
    if (found.verdict === 'happened') return journey.arrived(found.layer, found.value);
    if (journey.isStopped) return cancelled(journey);
    next = journey.questioned(found.verdict, found.why);
  }
  if (next === 'answer' || next === 'stop') return ended(journey, next);
  if (next === 'next-layer') journey.goOn();
  else if (!(await journey.pause())) return cancelled(journey);
  return undefined;
}

const ask: Asker = (house, errand, lastLayer, heard): Inquiry['ask'] => {
  return (name, input) => {
    const plan = planWithLast(house.planOf(name), lastLayer);
    const journey = new Journey(house, plan, input, errand, house.deadlines.clock.nowMs());
    const heardThen = travel(journey).then((outcome) => {
      heard.push(...journey.trail);
      return outcome;
    });
    return new ResultAsync(heardThen);
  };
};
