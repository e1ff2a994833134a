import { errorKinds, type Fate, type Layer, type LayerError } from '@hybrid-supabase/core';

/** What an attempt says of its layer's health; `neither` is not counted at all. */
export type Health = 'healthy' | 'failing' | 'neither';

/** Shut for this caller or this operation, or not asked to the end: no sign of health or illness. */
const neither: ReadonlySet<string> = new Set(['unauthorized', 'unsupported', 'cancelled']);

/** What every layer stands on, say the database: a fault there is no reason to prefer another door. */
export const commonGroundOf = (layers: readonly Layer[]): ReadonlySet<Fate> =>
  new Set(
    layers
      .flatMap(({ sharedFate }) => sharedFate)
      .filter((fate) => layers.every((one) => one.sharedFate.includes(fate))),
  );

/** What a failure says of a layer. A deadlock or a database that is starting up must not shut the door that told us. */
export function healthOf(error: Pick<LayerError, 'kind' | 'fault'>, commonGround: ReadonlySet<Fate>): Health {
  if (errorKinds[error.kind] === 'answer') return 'healthy';
  if (neither.has(error.kind)) return 'neither';
  return error.fault !== undefined && commonGround.has(error.fault) ? 'neither' : 'failing';
}
