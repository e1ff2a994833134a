import type { Effect, ErrorKind, OperationName, SkipReason } from '@hybrid-supabase/core';
import type { Likeness } from './shadow.js';
import type { Arm, RolloutStage } from './rollout.js';
import type { BreakerState } from './breaker.js';

interface OfCall {
  /** Counts the calls of one router, so that the events of one call can be put together. */
  readonly call: number;
  readonly operation: OperationName;
}

/** What happens inside the router, as it happens. Never holds an input, an output or a secret. */
export type RoutingEvent =
  | (OfCall & { readonly type: 'attempt-started'; readonly layer: string; readonly attempt: number })
  | (OfCall & {
      readonly type: 'attempt-ended';
      readonly layer: string;
      readonly attempt: number;
      readonly ms: number;
      /** Absent when it served. */
      readonly kind?: ErrorKind;
      readonly effect?: Effect;
      /** PostgreSQL's own code, where the database has refused. */
      readonly sqlState?: string;
    })
  | (OfCall & { readonly type: 'layer-skipped'; readonly layer: string; readonly reason: SkipReason })
  | (OfCall & {
      readonly type: 'call-ended';
      readonly ms: number;
      /** Who had the last word; absent when nothing was sent. */
      readonly layer?: string;
      /** Absent when it was served. */
      readonly kind?: ErrorKind | 'ambiguous' | 'no-layer';
      /** It was answered from the cache: nothing was sent. */
      readonly cached?: true;
    })
  | {
      readonly type: 'breaker-changed';
      readonly layer: string;
      readonly from: BreakerState;
      readonly to: BreakerState;
    }
  | (OfCall & {
      /** Which side of a rollout the call takes; before anything is sent. */
      readonly type: 'rollout-assigned';
      readonly key: string;
      readonly stage: RolloutStage;
      readonly arm: Arm;
      /** The flag that has decided, with what its service says of it; absent when it was the cohort's place. */
      readonly flag?: string;
      readonly variant?: string;
      readonly reason?: string;
    })
  | (OfCall & {
      readonly type: 'shadow-compared';
      readonly layer: string;
      readonly against: string;
      readonly likeness: Likeness;
      /** Of both answers, when they differ; never the answers. */
      readonly digests?: readonly string[];
    })
  | {
      readonly type: 'rollout-changed';
      readonly key: string;
      readonly from: RolloutStage;
      readonly to: RolloutStage;
      readonly why: string;
    }
  | { readonly type: 'close-failed'; readonly layer: string };

/** Is told of every event; what it throws or rejects with is dropped. */
export type Report = (event: RoutingEvent) => unknown;

/** A listener that cannot fail a call. */
export const guarded = (report: Report): ((event: RoutingEvent) => void) => {
  return (event) => {
    try {
      const said = report(event);
      if (said instanceof Promise) said.catch(ignore);
    } catch {
      // A call must not fail because somebody who watches it does.
    }
  };
};

const ignore = (): void => undefined;
