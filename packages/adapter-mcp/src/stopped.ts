import { layerError, type Call, type Effect, type LayerError } from '@hybrid-supabase/core';

/** The error of a call that is over for its caller: past its deadline, or given up. */
export const stopped = (layer: string, call: Call, effect: Effect): LayerError => {
  const late = isTimeout(call.signal.reason) || performance.now() >= call.deadlineMs;
  const sent = effect === 'none' ? 'Nothing was sent.' : 'It was sent, and the server may still be working on it.';
  return late
    ? layerError({
        kind: 'timed-out',
        layer,
        effect,
        message: `The call ran into its deadline. ${sent}`,
        hint: lateHint,
      })
    : layerError({ kind: 'cancelled', layer, effect, message: `The caller gave up. ${sent}`, hint: cancelHint });
};

const lateHint = 'Give the call more time, or look why the Management API is slow.';
const cancelHint = 'Nothing needs to be done; call again when it is wanted.';

// By shape: what a signal is aborted with may come from another realm, where `instanceof` fails.
const isTimeout = (reason: unknown): boolean =>
  typeof reason === 'object' && reason !== null && 'name' in reason && reason.name === 'TimeoutError';
