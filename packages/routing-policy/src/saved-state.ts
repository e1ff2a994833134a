import { countOrNone, millisecondsOrNone, name, oneOf, problemsOf, type Shape } from './expectation.js';
import { rolloutStages, type RolloutStage } from './rollout.js';

/** What one breaker knows, as plain JSON. Times are lengths, because two processes share no clock. */
export interface SavedBreaker {
  readonly state: 'closed' | 'open';
  readonly pauseLeftMs: number;
  readonly doublings: number;
  readonly calls: number;
  readonly failures: number;
  readonly slow: number;
}

/** How far one rollout has come; counts begin anew in the next process. */
export interface SavedRollout {
  /** The rule it goes by, as JSON: under another one the saved stage says nothing. */
  readonly rule: string;
  readonly stage: RolloutStage;
}

/** What a door has learned, to be given to the next one: a process that starts anew need not learn it again. */
export interface SavedState {
  readonly breakers: { readonly [layer: string]: SavedBreaker };
  /** By the policy's key. With it, one that has taken itself back stays back. */
  readonly rollouts?: { readonly [key: string]: SavedRollout };
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

const rollout: Shape = { members: { rule: name, stage: oneOf(rolloutStages) }, needed: ['rule', 'stage'] };

/** Every mistake in a saved state, with its path. */
export const stateProblems = (state: unknown): readonly string[] =>
  problemsOf('state', state, {
    members: { breakers: { each: breaker }, rollouts: { each: rollout } },
    needed: ['breakers'],
  });
