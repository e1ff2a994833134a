import type { OperationName, Question } from '@hybrid-supabase/core';
import type { Deadlines } from './deadlines.js';
import type { RoutingEvent } from './events.js';
import type { Plan } from './plan.js';

/** Why a write cannot be asked about. */
export interface NoQuestion {
  readonly why: string;
}

/** What all calls of one router share. */
export interface House {
  readonly deadlines: Deadlines;
  readonly newId: () => string;
  readonly random: () => number;
  /** Absent when nobody listens; then no event is even made. */
  readonly report: ((event: RoutingEvent) => void) | undefined;
  readonly isClosed: () => boolean;
  planOf<N extends OperationName>(name: N): Plan<N>;
  questionOf<N extends OperationName>(name: N): Question<N> | NoQuestion;
}
