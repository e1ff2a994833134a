import { type HybridError, type InputOf, type OperationName, type OutputOf, type Served } from '@hybrid-supabase/core';
import { errAsync, ResultAsync, type Result } from 'neverthrow';
import { cachedCall } from './cached-call.js';
import type { CallOptions } from './call-options.js';
import { optionsProblem } from './call-options.js';
import type { House } from './house.js';
import { closed, wrongOptions } from './hybrid-error.js';
import type { Errand } from './errand.js';
import { Journey } from './journey.js';
import { mayStopMany } from './may-stop-many.js';
import type { Plan } from './plan.js';
import { mayRunTwice } from './policy-check.js';
import type { ServedRead, ShadowRule } from './shadow.js';
import { travel } from './travel.js';
import type { Run } from './walk.js';

type Outcome<N extends OperationName> = Result<Served<OutputOf<N>>, HybridError>;

/** Runs calls under their plans. One ResultAsync a call, made at the edge. */
export function createRouter(house: House): Run {
  let calls = 0;
  return (name, input, options) => {
    const problem = options === undefined ? undefined : optionsProblem(options);
    if (problem !== undefined) return errAsync(wrongOptions(name, problem));
    if (house.isClosed()) return errAsync(closed(name));
    const plan = house.planOf(name);
    const startedMs = house.deadlines.clock.nowMs();
    const errand = errandOf(plan, options, startedMs, (calls += 1));
    const { candidate } = plan;
    const { rollout } = plan.rule;
    if (candidate && rollout) {
      const shadow = plan.rule.shadow ?? (mayRunTwice(name) ? house.rollouts.shadowOf(plan.rule) : undefined);
      return new ResultAsync(
        house.rollouts.assign(errand.call, plan, candidate, rollout, options?.cohort).then(async (assigned) => {
          const outcome = await sent(house, assigned.plan, input, errand, startedMs, shadow);
          return house.rollouts.ended(assigned, outcome, startedMs);
        }),
      );
    }
    return new ResultAsync(sent(house, plan, input, errand, startedMs, plan.rule.shadow));
  };
}

/** Makes a call under its plan: from the cache, or with what it drops, or as it is. */
function sent<N extends OperationName>(
  house: House,
  plan: Plan<N>,
  input: InputOf<N>,
  errand: Errand,
  startedMs: number,
  shadow: ShadowRule | undefined,
): Promise<Outcome<N>> {
  if (plan.operation.effect !== 'read') return changed(house, plan, input, errand, startedMs);
  const { cache } = plan.rule;
  if (cache === undefined) return asked(house, plan, input, errand, startedMs, shadow);
  const fly = (own: Errand) => asked(house, plan, input, own, house.deadlines.clock.nowMs(), shadow);
  return cachedCall(house, { plan, input, errand, rule: cache, fly });
}

/** Asks the layers, and compares the answer if the policy wants it. */
function asked<N extends OperationName>(
  house: House,
  plan: Plan<N>,
  input: InputOf<N>,
  errand: Errand,
  startedMs: number,
  shadow: ShadowRule | undefined,
): Promise<Outcome<N>> {
  const answer = travel(new Journey(house, plan, input, errand, startedMs));
  return shadow ? shadowed(house, shadow, { plan, input, errand }, answer) : answer;
}

/** Compares a read with another layer once its answer is there, without keeping the caller. */
async function shadowed<N extends OperationName>(
  house: House,
  rule: ShadowRule,
  { plan, input, errand }: Pick<ServedRead<N>, 'plan' | 'input' | 'errand'>,
  answer: Promise<Outcome<N>>,
): Promise<Outcome<N>> {
  const outcome = await answer;
  if (outcome.isOk()) {
    const { layer, data } = outcome.value;
    house.shadows.consider({ plan, input, errand, layer, data }, rule);
  }
  return outcome;
}

/** Runs an operation through exactly one layer; no event tells of it, and no cache or hedge takes part. */
export async function runAlone<N extends OperationName>(
  house: House,
  plan: Plan<N>,
  input: InputOf<N>,
  errand: Errand,
): Promise<Served<OutputOf<N>> | undefined> {
  const unheard = { ...house, report: undefined };
  const rule = { ...plan.rule, maxAttempts: 1, hedge: undefined };
  const journey = new Journey(unheard, { ...plan, rule }, input, errand, house.deadlines.clock.nowMs());
  return (await travel(journey)).unwrapOr(undefined);
}

/** A call that changes something: what depends on it is dropped before its caller hears of it. */
function changed<N extends OperationName>(
  house: House,
  plan: Plan<N>,
  input: InputOf<N>,
  errand: Errand,
  startedMs: number,
): Promise<Outcome<N>> {
  const travelled = travel(new Journey(house, plan, input, errand, startedMs));
  return travelled.then((outcome) => {
    const changedNothing = outcome.isErr() && outcome.error.effect === 'none';
    return changedNothing || !house.keepsSomething() ? outcome : dropped(house, plan.name, input, outcome);
  });
}

async function dropped<N extends OperationName>(
  house: House,
  name: N,
  input: InputOf<N>,
  outcome: Outcome<N>,
): Promise<Outcome<N>> {
  house.touched(await house.tagsOf(name, input));
  return outcome;
}

function errandOf<N extends OperationName>(
  { operation, rule }: Plan<N>,
  options: CallOptions | undefined,
  nowMs: number,
  call: number,
): Errand {
  // A total limit would cut off a large transfer that is getting on well.
  const timeoutMs = options?.timeoutMs ?? (operation.streams ? Number.POSITIVE_INFINITY : rule.timeoutMs);
  return {
    call,
    endsAtMs: nowMs + timeoutMs,
    signal: options?.signal && mayStopMany(options.signal),
    idempotencyKey: options?.idempotencyKey,
    traceparent: options?.traceparent,
    isQuestion: false,
  };
}
