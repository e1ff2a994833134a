import type { InputOf, OperationName, Question, Tags } from '@hybrid-supabase/core';
import type { AttemptBudget } from './attempt-budget.js';
import type { Deadlines } from './deadlines.js';
import type { RoutingEvent } from './events.js';
import type { Plan } from './plan.js';
import type { IsEqual } from './equality-by.js';
import type { Shadows } from './shadow.js';
import type { Rollouts } from './rollouts.js';
import type { ReadCache } from './read-cache.js';

/** Why a write cannot be asked about. */
export interface NoQuestion {
  readonly why: string;
}

/** What all calls of one router share. */
export interface House {
  readonly deadlines: Deadlines;
  readonly budget: AttemptBudget;
  readonly newId: () => string;
  readonly rollouts: Rollouts;
  readonly shadows: Shadows;
  readonly isEqual: IsEqual;
  readonly random: () => number;
  /** Absent when nobody listens; then no event is even made. */
  readonly report: ((event: RoutingEvent) => void) | undefined;
  readonly isClosed: () => boolean;
  planOf<N extends OperationName>(name: N): Plan<N>;
  /** The kept answers of an operation; they outlive every policy. */
  cacheOf<N extends OperationName>(name: N): ReadCache<N>;
  readonly cacheEntries: () => number;
  /** What the operation reads or touches; nothing where it is not known. Never rejects. */
  tagsOf<N extends OperationName>(name: N, input: InputOf<N>): Promise<Tags | undefined>;
  /** Whether a change has anything to drop. */
  readonly keepsSomething: () => boolean;
  /** A change took place, or may have: drops what depends on what it touches. */
  readonly touched: (tags: Tags | undefined) => void;
  questionOf<N extends OperationName>(name: N): Question<N> | NoQuestion;
}
