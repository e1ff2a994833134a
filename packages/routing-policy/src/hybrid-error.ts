import type { HybridError, OperationName, Trail, TrailEntry } from '@hybrid-supabase/core';

/** Freezes an error on its way out; answers are not frozen, because that costs every good call. */
export const hybridError = (error: HybridError): HybridError => Object.freeze(error);

/** Nothing was sent, because no layer could be asked. */
export function noLayer(operation: OperationName, trail: Trail): HybridError {
  const hint = trail.map(({ layer, why }) => `${layer}: ${why ?? 'not asked.'}`).join(' ');
  return hybridError({
    kind: 'no-layer',
    operation,
    effect: 'none',
    message: `No layer could serve ${operation}.`,
    hint,
    trail,
  });
}

/** Nothing was sent, because the door is closed. */
export const closed = (operation: OperationName): HybridError =>
  hybridError({
    kind: 'no-layer',
    code: 'closed',
    operation,
    effect: 'none',
    message: 'The door is closed, so nothing was sent.',
    hint: 'Make a new one with createHybrid.',
    trail: [],
  });

/** Nothing was sent, because the call's options are wrong. */
export const wrongOptions = (operation: OperationName, problem: string): HybridError =>
  hybridError({
    kind: 'invalid-request',
    code: 'invalid-options',
    operation,
    effect: 'none',
    message: problem,
    hint: 'Nothing was sent. Correct the second argument of the call.',
    trail: [],
  });

/** The router itself failed: a defect of ours, or an injected clock, id or random source that throws. */
export const defect = (operation: OperationName, trail: readonly TrailEntry[], cause: unknown): HybridError =>
  hybridError({
    kind: 'unexpected',
    operation,
    effect: trail.length === 0 ? 'none' : 'unknown',
    message: 'The router failed in the middle of the call.',
    hint: 'If clock, newId or random were given to createHybrid, see whether they throw. Otherwise please report this.',
    cause,
    trail,
  });
