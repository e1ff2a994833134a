import { layerError, type LayerError } from '@hybrid-supabase/core';

/** The error of every call that finds the layer closed; nothing was sent. */
export const closedError = (layer: string): LayerError =>
  layerError({
    kind: 'unavailable',
    layer,
    effect: 'none',
    message: 'The layer has been closed.',
    hint: 'Create a new layer.',
  });
