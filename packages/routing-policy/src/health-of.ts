import { errorKinds, type LayerError } from '@hybrid-supabase/core';

/** What an attempt says of its layer's health; `neither` is not counted at all. */
export type Health = 'healthy' | 'failing' | 'neither';

/** Shut for this caller or this operation, or not asked to the end: no sign of health or illness. */
const neither: ReadonlySet<string> = new Set(['unauthorized', 'unsupported', 'cancelled']);

/**
 * What a failure says of the layer's own edge (its first fate). A fault that the layer places elsewhere, say a
 * database that is starting up, must not shut the door that carried the news.
 */
export function healthOf(error: Pick<LayerError, 'kind' | 'fault'>, edge: string | undefined): Health {
  if (errorKinds[error.kind] === 'answer') return 'healthy';
  if (neither.has(error.kind)) return 'neither';
  return error.fault !== undefined && error.fault !== edge ? 'neither' : 'failing';
}
