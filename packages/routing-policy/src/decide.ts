import { errorKinds, type EffectClass, type LayerError, type Verdict } from '@hybrid-supabase/core';

/** What follows a failed attempt. `answer` and `stop` both end the call; an answer is the backend's own. */
export type Next = 'answer' | 'retry' | 'next-layer' | 'reconcile' | 'stop';

/** What a decision depends on, apart from the error. */
export interface DecisionState {
  /** What a second run of the operation would do. */
  readonly effectClass: EffectClass;
  /** The same layer may be asked again: attempts, time and its push-back allow it. */
  readonly mayRetryHere: boolean;
  /** Another layer may be asked: one is left that may serve, and attempts and time allow it. */
  readonly mayGoOn: boolean;
  /** An earlier attempt of this call may still take effect. */
  readonly earlierUnsettled: boolean;
}

/** Kinds that the same layer would only repeat. */
const pointlessHere: ReadonlySet<string> = new Set(['unsupported', 'unauthorized']);

/** What follows a failure. Pure, total, and the only owner of that question. */
export function decide(state: DecisionState, error: Pick<LayerError, 'kind' | 'effect'>): Next {
  const meaning = errorKinds[error.kind];
  const twinPossible = state.effectClass === 'write' && state.earlierUnsettled;
  if (meaning === 'stop') return 'stop';
  // After a lost attempt a conflict, or a not-found, may be about our own twin.
  if (meaning === 'answer') return twinPossible ? 'reconcile' : 'answer';
  if (state.effectClass === 'write' && error.effect === 'unknown') return 'reconcile';
  const onward = elsewhere(state, error.kind);
  return onward === 'stop' && twinPossible ? 'reconcile' : onward;
}

/** What follows when nothing forbids sending it again. */
function elsewhere({ mayRetryHere, mayGoOn }: DecisionState, kind: LayerError['kind']): Next {
  // Who let the time run out is likely to do so again.
  const restless = kind === 'timed-out' && mayGoOn;
  if (mayRetryHere && !restless && !pointlessHere.has(kind)) return 'retry';
  return mayGoOn ? 'next-layer' : 'stop';
}

/** A verdict that leaves something to decide. */
export type OpenVerdict = Exclude<Verdict<unknown>['verdict'], 'happened'>;

/** What follows a write's question. Never `reconcile`: one question for one failure. */
export function decideAfter(verdict: OpenVerdict, state: DecisionState, error: Pick<LayerError, 'kind'>): Next {
  if (verdict === 'cannot-tell') return 'stop';
  const isAnswer = errorKinds[error.kind] === 'answer';
  // An answer says that the twin, or something like it, is there; a question that sees nothing contradicts it.
  if (isAnswer) return verdict === 'cannot-happen' ? 'answer' : 'stop';
  return errorKinds[error.kind] === 'stop' ? 'stop' : elsewhere(state, error.kind);
}
