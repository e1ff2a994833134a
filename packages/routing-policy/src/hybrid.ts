import type { HybridResult, InputOf, Layer, Method, OperationName, Ports } from '@hybrid-supabase/core';
import type { CallOptions } from './call-options.js';
import type { BreakerState } from './breaker.js';
import type { Explanation } from './explain.js';
import type { ShadowCounts } from './shadow.js';
import type { RolloutStatus } from './rollout.js';
import type { SavedState } from './saved-state.js';
import type { Scope, ScopeOptions } from './scope.js';
import type { PolicyControl } from './rules-in-force.js';

/** A port method as a caller sees it. The input may be left out where none of its members is required. */
export type Door<M> =
  M extends Method<infer Input, infer Output>
    ? Record<never, never> extends Input
      ? (input?: Input, options?: CallOptions) => HybridResult<Output>
      : (input: Input, options?: CallOptions) => HybridResult<Output>
    : never;

/** A port as a caller sees it. Mapped, not written: a new port method appears by itself, with its comment. */
export type Doors<P> = { readonly [M in keyof P]: Door<P[M]> };

/** How one layer is doing. */
export interface LayerHealth {
  readonly layer: string;
  readonly breaker: BreakerState;
  /** Attempts counted in the breaker's window, as of the last one. */
  readonly calls: number;
  readonly failures: number;
  readonly slow: number;
  /** Taken out of use by hand. */
  readonly isIsolated: boolean;
  /** Under way at this moment, and waiting for their turn. */
  readonly inFlight: number;
  readonly queued: number;
  /** How many may be under way at this moment: never more than the policy's `maxInFlight`, less while answers come too late. */
  readonly places: number;
}

/** A layer taken out of use. */
export interface Isolation {
  /** False when no layer has this name: nothing was taken out of use. */
  readonly isKnown: boolean;
  /** Puts it back, once everybody who isolated it has done so. Safe to call twice. */
  release(): void;
}

/** What the door can do apart from the operations. */
export interface Lifecycle<P extends Partial<Ports> = Ports> {
  /** Where every rollout of the policy stands, with its history. */
  rollouts(): readonly RolloutStatus[];
  /** What comparing with other layers has found so far. */
  shadows(): readonly ShadowCounts[];
  /** Opens a unit of work whose calls all go through one layer, so that it reads what it wrote. */
  scoped(options?: ScopeOptions): Scope<P>;
  /** The kill switch: takes a layer out of use at once, even the last one, for every call that has not yet asked it. A rollout that leads to it goes back. */
  isolate(layer: string): Isolation;
  /** What the door has learned, as plain JSON for the `state` of the next one. */
  save(): SavedState;
  /** The policy in force, and how it is replaced. */
  readonly policy: PolicyControl;
  /** Says what a call would do now, and why, without making it. */
  explain<N extends OperationName>(operation: N, input?: InputOf<N>): Explanation;
  /** Every layer's breaker at this moment. Asks nobody. */
  health(): readonly LayerHealth[];
  /** Ends calls under way as `cancelled`, closes every layer and the timer. Safe to call twice; later calls give `no-layer` with code `closed`. */
  close(): Promise<void>;
}

/** One door to all ports that some layer has. */
export type Hybrid<P extends Partial<Ports> = Ports> = {
  readonly [K in keyof P]: Doors<NonNullable<P[K]>>;
} & Lifecycle<P>;

type PortNamesOf<L> = L extends Layer<infer P> ? keyof P & keyof Ports : never;

/** The ports that at least one of these layers has; all of them where the type does not say. */
export type PortsOf<L extends readonly Layer[]> = Pick<Ports, PortNamesOf<L[number]>>;
