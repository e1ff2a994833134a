import type { Call } from './call.js';
import type { Effect } from './error-kinds.js';
import { layerError, type LayerError } from './layer-error.js';

/** The error of a call that is over for its caller: past its deadline, or given up. `effect` says whether it was sent. */
export const stoppedError = (layer: string, call: Pick<Call, 'signal' | 'deadlineMs'>, effect: Effect): LayerError => {
  const late = isTimeout(call.signal.reason) || performance.now() >= call.deadlineMs;
  const sent = effect === 'none' ? 'Nothing was sent.' : 'It was sent, and may still take effect.';
  const said = late
    ? ({
        kind: 'timed-out',
        message: 'The call ran into its deadline.',
        hint: 'Give the call more time, or see why the backend is slow.',
      } as const)
    : ({
        kind: 'cancelled',
        message: 'The caller gave up.',
        hint: 'Nothing needs to be done; call again when it is wanted.',
      } as const);
  return layerError({ ...said, layer, effect, message: `${said.message} ${sent}` });
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

/** The error of a call that was in flight when its layer was closed. */
export const closedInFlightError = (layer: string): LayerError =>
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
