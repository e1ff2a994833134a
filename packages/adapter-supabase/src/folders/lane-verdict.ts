import type { HybridError, Served } from '@hybrid-supabase/core';
import type { Result } from 'neverthrow';
import type { LaneVerdict } from './adaptive-lanes.js';

const pushBack: ReadonlySet<string> = new Set(['rate-limited', 'unavailable', 'timed-out']);

/** Whether a call asks for fewer at once: by its error, or by what the layer that answered had said before. */
export const verdictOf = (result: Result<Served<unknown>, HybridError>): LaneVerdict => {
  const { layer, trail } = result.isOk() ? result.value : result.error;
  const isPushedBack =
    (result.isErr() && pushBack.has(result.error.kind)) ||
    trail.some((entry) => entry.layer === layer && entry.kind !== undefined && pushBack.has(entry.kind));
  return isPushedBack ? 'pushed-back' : 'done';
};
