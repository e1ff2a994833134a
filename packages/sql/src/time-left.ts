import { layerError, type Call, type LayerError } from '@hybrid-supabase/core';
import { err, ok, type Result } from 'neverthrow';

/** What a statement may take: the rest of the attempt, whole milliseconds. Nothing left is an error, and nothing is sent. */
export function timeLeftMs(layer: string, call: Call): Result<number, LayerError> {
  const leftMs = Math.floor(call.deadlineMs - performance.now());
  // PostgreSQL holds the setting in 32 bits; an attempt without an end gets the longest.
  if (leftMs >= 1) return ok(Math.min(leftMs, 2_147_483_647));
  return err(
    layerError({
      kind: 'timed-out',
      layer,
      effect: 'none',
      code: 'no-time-left',
      message: 'The deadline had passed before the statement was sent.',
      hint: 'Give the call more time.',
    }),
  );
}
