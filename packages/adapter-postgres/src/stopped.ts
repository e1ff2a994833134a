import { layerError, type Call, type Effect, type LayerError } from '@hybrid-supabase/core';

/** The error of a call that is over for its caller: past its deadline, or given up. */
export const stopped = (layer: string, call: Call, effect: Effect): LayerError => {
  const late = isTimeout(call.signal.reason) || performance.now() >= call.deadlineMs;
  const sent = effect === 'none' ? 'Nothing was sent.' : 'It was sent, and the server was asked to stop it.';
  return late
    ? layerError({
        kind: 'timed-out',
        layer,
        effect,
        message: `The call ran into its deadline. ${sent}`,
        hint: 'Give the call more time, or look at what the database is busy with.',
      })
    : layerError({
        kind: 'cancelled',
        layer,
        effect,
        message: `The caller gave up. ${sent}`,
        hint: 'Nothing needs to be done; call again when it is wanted.',
      });
};

/** The error of a call to a layer that was closed before anything was sent. */
export const closedError = (layer: string): LayerError =>
  layerError({
    kind: 'unavailable',
    layer,
    effect: 'none',
    code: 'closed',
    message: 'The layer has been closed.',
    hint: 'Create a new layer.',
  });

/** The error of a call that was in flight when the layer was closed. */
export const closedInFlight = (layer: string): LayerError =>
  layerError({
    kind: 'interrupted',
    layer,
    effect: 'unknown',
    code: 'closed',
    message: 'The layer was closed while the call was in flight.',
    hint: 'Wait for calls to end before closing the layer.',
  });

// By shape: what a signal is aborted with may come from another realm, where `instanceof` fails.
const isTimeout = (reason: unknown): boolean =>
  typeof reason === 'object' && reason !== null && 'name' in reason && reason.name === 'TimeoutError';
