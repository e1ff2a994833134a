import type { HybridResult, OperationName, Ports } from '@hybrid-supabase/core';
import type { House } from './house.js';
import type { Doors } from './hybrid.js';
import { planOnly, type Plan } from './plan.js';
import { createRouter } from './router.js';
import { doorsOf } from './walk.js';

/** What a unit of work may be told. */
export interface ScopeOptions {
  /** The layer that serves all of it. Without it: the one that serves its first call. */
  readonly layer?: string;
}

/** A unit of work: the same doors, all through one layer and never from the cache, so that it reads what it wrote. */
export type Scope<P extends Partial<Ports> = Ports> = { readonly [K in keyof P]: Doors<NonNullable<P[K]>> } & {
  /** Undefined as long as nothing has been served. */
  readonly pinnedTo: () => string | undefined;
};

/** Opens a unit of work. It holds nothing that would have to be closed. */
export function scopeOf<P extends Partial<Ports>>(house: House, { layer }: ScopeOptions): Scope<P> {
  let pinned = layer;
  const run = createRouter({
    ...house,
    planOf: (name) => pinnedPlan(house.planOf(name), pinned),
  });
  const doors = doorsOf<P>((name, input, options) => noted(run(name, input, options)));
  const noted = <T>(result: HybridResult<T>): HybridResult<T> =>
    result.map((served) => {
      pinned ??= served.layer;
      return served;
    });
  return { ...doors, pinnedTo: () => pinned };
}

function pinnedPlan<N extends OperationName>(plan: Plan<N>, layer: string | undefined): Plan<N> {
  const rule = { ...plan.rule, cache: undefined };
  if (layer === undefined) return { ...plan, rule, candidate: undefined };
  return { ...planOnly(plan, layer, `The unit of work is pinned to ${layer}.`), rule };
}
