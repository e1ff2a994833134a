import { layerError, type LayerError } from '@hybrid-supabase/core';

/** The error of a read that a change begins with: whatever became of it, the change was never sent. */
export const beforeWriting = (error: LayerError): LayerError =>
  error.effect === 'none'
    ? error
    : layerError({ ...error, effect: 'none', message: 'The look before the change failed; the change was not sent.' });
