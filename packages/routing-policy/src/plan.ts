import {
  operations,
  supports,
  type Authority,
  type InputOf,
  type Method,
  type Operation,
  type OperationName,
  type OutputOf,
  type TrailEntry,
} from '@hybrid-supabase/core';
import { refusedForGood, type Refusal } from './admit.js';
import type { GuardedLayer } from './guarded-layer.js';
import type { Rule } from './rule.js';

interface Place {
  readonly guarded: GuardedLayer;
  /** How many later steps have a method. */
  readonly followers: number;
}

/** A layer that may be asked. */
export interface OpenStep<N extends OperationName> extends Place {
  readonly method: Method<InputOf<N>, OutputOf<N>>;
  readonly refused: undefined;
}

/** A layer that can never be asked, and why. */
interface BarredStep extends Place {
  readonly method: undefined;
  readonly refused: TrailEntry;
}

/** One layer's place in an operation's order. */
export type Step<N extends OperationName> = OpenStep<N> | BarredStep;

/** Everything about an operation that no call can change, worked out once. */
export interface Plan<N extends OperationName> {
  readonly name: N;
  readonly operation: Operation;
  readonly rule: Rule;
  readonly steps: readonly Step<N>[];
  /** The same operation in the order that is being rolled out; absent without a rollout. */
  readonly candidate: Plan<N> | undefined;
}

/** Orders the layers and sorts out those that can never be asked. */
export function planOf<N extends OperationName>(
  name: N,
  rule: Rule,
  layers: readonly GuardedLayer[],
  authority?: Authority,
): Plan<N> {
  const operation: Operation = operations[name];
  const ordered = inOrder(layers, rule.order);
  const standing = {
    ...rule,
    name,
    effectClass: operation.effect,
    // The order that is being rolled out must not exceed the authority of the one it replaces.
    baseline: authority ?? ordered.find(({ layer }) => supports(layer, name))?.layer.authority,
  };
  const steps = ordered.map((guarded) => stepOf(name, guarded, refusedForGood(guarded.layer, standing)));
  const { rollout } = rule;
  const next = rollout && { ...rule, order: rollout.order, rollout: undefined };
  const candidate = next && planOf(name, next, layers, standing.baseline);
  return { name, operation, rule, steps: withFollowers(steps), candidate };
}

/** The same plan with one layer last: for asking what became of the attempt that this very layer lost. */
export function planWithLast<N extends OperationName>(plan: Plan<N>, layer: string): Plan<N> {
  const isLast = (step: Step<N>) => step.guarded.layer.name === layer;
  const steps = [...plan.steps.filter((step) => !isLast(step)), ...plan.steps.filter(isLast)];
  return { ...plan, steps: withFollowers(steps) };
}

/** The same plan with one layer alone; the others say why they are not asked. */
export function planOnly<N extends OperationName>(plan: Plan<N>, layer: string, why: string): Plan<N> {
  const steps = plan.steps.map((step) =>
    step.guarded.layer.name === layer
      ? { ...step, followers: 0 }
      : {
          ...step,
          method: undefined,
          refused: step.refused ?? skipped(step.guarded, { reason: 'disabled', why }),
          followers: 0,
        },
  );
  return { ...plan, steps, candidate: undefined };
}

/** A trail entry for a layer that was not asked. */
export const skipped = (guarded: GuardedLayer, { reason, why }: Refusal): TrailEntry => ({
  layer: guarded.layer.name,
  did: 'skipped',
  ms: 0,
  reason,
  why,
});

function stepOf<N extends OperationName>(name: N, guarded: GuardedLayer, refusal: Refusal | undefined): Step<N> {
  const method = guarded.methods[name];
  if (method !== undefined && refusal === undefined) return { guarded, method, refused: undefined, followers: 0 };
  // Shared by every trail it appears in, hence frozen.
  const refused = Object.freeze(skipped(guarded, refusal ?? noMethod));
  return { guarded, method: undefined, refused, followers: 0 };
}

const noMethod: Refusal = { reason: 'capability', why: 'Its port has no such method.' };

function inOrder(layers: readonly GuardedLayer[], order: readonly string[]): readonly GuardedLayer[] {
  const named = order.flatMap((name) => layers.filter(({ layer }) => layer.name === name));
  return [...named, ...layers.filter((one) => !named.includes(one))];
}

function withFollowers<N extends OperationName>(steps: readonly Step<N>[]): readonly Step<N>[] {
  return steps.map((step, at) => ({ ...step, followers: steps.slice(at + 1).filter(({ method }) => method).length }));
}
