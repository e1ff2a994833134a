import type { HybridError } from '@hybrid-supabase/core';
import type { LaneVerdict } from './adaptive-lanes.js';

const pushBack: ReadonlySet<string> = new Set(['rate-limited', 'unavailable', 'timed-out']);

/** Whether an error asks for fewer at once. */
export const verdictOf = (error: HybridError | undefined): LaneVerdict =>
  error !== undefined && pushBack.has(error.kind) ? 'pushed-back' : 'done';
