import { countOrNone, millisecondsOrNone, oneOf, problemsOf, type Shape } from './expectation.js';

/** What one breaker knows, as plain JSON. Times are lengths, because two processes share no clock. */
export interface SavedBreaker {
  readonly state: 'closed' | 'open';
  readonly pauseLeftMs: number;
  readonly doublings: number;
  readonly calls: number;
  readonly failures: number;
  readonly slow: number;
}

/** What a door has learned, to be given to the next one: a process that starts anew need not learn it again. */
export interface SavedState {
  readonly breakers: { readonly [layer: string]: SavedBreaker };
}

const breaker: Shape = {
  members: {
    state: oneOf(['closed', 'open']),
    pauseLeftMs: millisecondsOrNone,
    doublings: countOrNone,
    calls: countOrNone,
    failures: countOrNone,
    slow: countOrNone,
  },
  needed: ['state', 'pauseLeftMs', 'doublings', 'calls', 'failures', 'slow'],
};

/** Every mistake in a saved state, with its path. */
export const stateProblems = (state: unknown): readonly string[] =>
  problemsOf('state', state, { members: { breakers: { each: breaker } }, needed: ['breakers'] });
