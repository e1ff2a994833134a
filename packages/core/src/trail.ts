import type { Effect, ErrorKind } from './error-kinds.js';

/** Why a layer was not asked. */
export type SkipReason =
  'capability' | 'authority' | 'shared-fate' | 'breaker' | 'disabled' | 'deadline' | 'budget' | 'not-needed';

/** One thing that was considered, in order. */
export interface TrailEntry {
  readonly layer: string;
  readonly did: 'served' | 'failed' | 'skipped' | 'reconciled';
  /** How long it took, milliseconds; 0 for what was not tried. */
  readonly ms: number;
  /** The attempt's number, for what was tried. */
  readonly attempt?: number;
  /** How the attempt failed. */
  readonly kind?: ErrorKind;
  readonly effect?: Effect;
  /** Why the layer was skipped. */
  readonly reason?: SkipReason;
  /** One sentence: why it was skipped, how it failed, what the question found. */
  readonly why?: string;
  /** What the layer itself had to do inside the attempt: a reconnect, a wait. */
  readonly notes?: readonly string[];
}

/** Everything that was considered for one call, in order: the proof of what was decided. */
export type Trail = readonly TrailEntry[];
