import { randomUUID } from 'node:crypto';
import {
  operationNames,
  type Layer,
  type OperationName,
  type OperationSemantics,
  type Question,
} from '@hybrid-supabase/core';
import { systemClock, type Clock } from './clock.js';
import { Deadlines } from './deadlines.js';
import { guarded, type Report, type RoutingEvent } from './events.js';
import { GuardedLayer } from './guarded-layer.js';
import { commonGroundOf } from './health-of.js';
import type { House, NoQuestion } from './house.js';
import type { Hybrid, Isolation, Lifecycle, PortsOf } from './hybrid.js';
import { isStoredPolicy, policyProblems } from './policy-check.js';
import type { RoutingPolicy } from './policy.js';
import { portQuestions } from './port-questions.js';
import { createRouter, runAlone } from './router.js';
import { doorRuleOf } from './rule.js';
import { RulesInForce } from './rules-in-force.js';
import { explain } from './explain.js';
import { AttemptBudget } from './attempt-budget.js';
import type { Flags } from './flags.js';
import { equalityBy } from './equality-by.js';
import { Shadows } from './shadow.js';
import { Rollouts } from './rollouts.js';
import { stateProblems, type SavedState } from './saved-state.js';
import { scopeOf } from './scope.js';
import { tagsBy } from './tags-by.js';
import { cachesOf, doorsOf } from './walk.js';
import { ReadCache } from './read-cache.js';

/** What the door is made of. Only `layers` is needed. */
export interface HybridOptions<L extends readonly Layer[] = readonly Layer[]> {
  /** In the order in which they are tried where the policy names none. The door owns them: `close()` closes them. */
  readonly layers: L;
  /** How writes ask whether they happened; replaces the built-in question of the same operation. */
  readonly semantics?: OperationSemantics;
  /** What it says outranks the preset, member by member. */
  readonly policy?: RoutingPolicy;
  /** Decides who takes part in a rollout that names a flag; `openFeatureFlags(client)` is one. */
  readonly flags?: Flags;
  /** What an earlier door had saved. */
  readonly state?: SavedState;
  /** Is told what happens as it happens. Without it no event is made. */
  readonly report?: Report;
  /** @default the process's monotonic clock */
  readonly clock?: Clock;
  /** Makes the ids of attempts; they must be unique everywhere. @default crypto.randomUUID */
  readonly newId?: () => string;
  /** From 0 up to 1, for pauses. @default Math.random */
  readonly random?: () => number;
}

/**
 * One door to everything the layers can do. Throws a `TypeError` that lists every mistake when the options are
 * wrong; after that nothing throws or rejects.
 */
export function createHybrid<const L extends readonly Layer[]>(options: HybridOptions<L>): Hybrid<PortsOf<L>> {
  const problems = problemsOf(options);
  if (problems.length > 0) throw new TypeError(`createHybrid: ${problems.join('; ')}`);
  const { layers, policy = {}, clock = systemClock, newId = randomUUID, random = Math.random } = options;
  const report = options.report && guarded(options.report);
  const deadlines = new Deadlines(clock);
  const rule = doorRuleOf(isStoredPolicy(policy) ? policy : {});
  const budget = new AttemptBudget(rule.budget);
  const commonGround = commonGroundOf(layers);
  const guards = layers.map(
    (layer) => new GuardedLayer(layer, { deadlines, rule, commonGround, random, newId, report }),
  );
  const rollouts = new Rollouts({ clock, random, report, flags: options.flags });
  rollouts.adopt(rule.rollouts);
  rollouts.restore(options.state?.rollouts);
  const lifecycle = lifecycleOf(guards, deadlines, report, options.flags);
  const questions = questionsOf(options.semantics);
  const rules = new RulesInForce(guards, policy, (next) => {
    budget.rule = next.budget;
    for (const one of guards) one.adopt(next);
    rollouts.adopt(next.rollouts);
  });
  restore(guards, options.state, clock.nowMs());
  const caches = cachesOf(() => new ReadCache());
  const tags = tagsBy(options.semantics);
  const shadows = new Shadows(
    () => house,
    (plan, input, errand) => runAlone(house, plan, input, errand),
  );
  const house: House = {
    rollouts,
    shadows,
    isEqual: equalityBy(options.semantics),
    budget,
    cacheOf: (name) => caches[name],
    cacheEntries: () => rules.door.cacheEntries,
    tagsOf: tags,
    keepsSomething: () => operationNames.some((name) => !caches[name].isEmpty),
    touched: (touched) => {
      const set = touched && new Set(touched);
      for (const name of operationNames) caches[name].touch(set);
    },
    deadlines,
    newId,
    random,
    report,
    isClosed: lifecycle.isClosed,
    planOf: (name) => rules.planOf(name),
    questionOf: (name) => questions[name] ?? noQuestion,
  };
  return {
    ...doorsOf<PortsOf<L>>(createRouter(house)),
    policy: rules,
    explain: (operation, input) => explain(house, house.planOf(operation), input),
    rollouts: () => rollouts.status,
    shadows: () => shadows.counts,
    scoped: (scope = {}) => scopeOf<PortsOf<L>>(house, scope),
    isolate: (layer) => {
      rollouts.isolated(layer);
      return isolated(guards, layer);
    },
    save: () => ({
      breakers: Object.fromEntries(guards.map((one) => [one.layer.name, one.save(clock.nowMs())])),
      rollouts: rollouts.save(),
    }),
    health: lifecycle.health,
    close: lifecycle.close,
  };
}

function restore(guards: readonly GuardedLayer[], state: SavedState | undefined, nowMs: number): void {
  for (const guard of guards) {
    const saved = state?.breakers[guard.layer.name];
    if (saved) guard.restore(saved, nowMs);
  }
}

function isolated(guards: readonly GuardedLayer[], name: string): Isolation {
  const releases = guards.filter(({ layer }) => layer.name === name).map((one) => one.isolate());
  return { isKnown: releases.length > 0, release: () => releases.forEach((release) => release()) };
}

const noQuestion: NoQuestion = { why: 'Nobody knows how to ask about it.' };

const questionsOf = (semantics?: OperationSemantics): { readonly [N in OperationName]?: Question<N> | NoQuestion } => ({
  ...portQuestions,
  ...semantics?.questions,
});

function lifecycleOf(
  guards: readonly GuardedLayer[],
  deadlines: Deadlines,
  report: ((event: RoutingEvent) => void) | undefined,
  flags: Flags | undefined,
): Pick<Lifecycle, 'health' | 'close'> & { isClosed(): boolean } {
  let closing: Promise<void> | undefined;
  const closeOne = async (name: string, close: () => void | Promise<void>): Promise<void> => {
    try {
      await close();
    } catch {
      // The others must be closed all the same; a layer's close has nothing else to say.
      report?.({ type: 'close-failed', layer: name });
    }
  };
  const closeAll = async (): Promise<void> => {
    deadlines.close();
    const layers = guards.map(({ layer }) => closeOne(layer.name, () => layer.close()));
    await Promise.all([...layers, closeOne('flags', () => flags?.close())]);
  };
  return {
    isClosed: () => closing !== undefined,
    health: () => guards.map(({ health }) => health),
    close: () => (closing ??= closeAll()),
  };
}

function problemsOf({ layers, policy = {}, state }: HybridOptions): readonly string[] {
  if (!Array.isArray(layers) || layers.length === 0) return ['layers: expected at least one layer'];
  const names = layers.map(({ name }) => name);
  const twice = names.filter((name, at) => names.indexOf(name) !== at);
  const unknown = layers.filter(({ contract }) => contract !== 1);
  return [
    ...twice.map((name) => `layers: expected different names, found '${name}' twice`),
    ...unknown.map(({ name }) => `layers: expected contract 1, found another one in '${name}'`),
    ...policyProblems(policy),
    ...stateProblems(state),
  ];
}
