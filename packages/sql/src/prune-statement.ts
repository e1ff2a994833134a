import type { Statement } from '@hybrid-supabase/core';
import { sql } from './sql.js';

/**
 * A write that removes keys older than so many hours from the ledger and gives one row with how many
 * (`removed`). A removed key is forgotten: whoever sends it again runs its statements again.
 */
export const pruneStatement = (olderThanHours: number): Statement => {
  if (!Number.isInteger(olderThanHours) || olderThanHours < 1)
    throw new TypeError('pruneStatement: olderThanHours must be a whole number from 1');
  return sql`select hybrid.prune(make_interval(hours => ${olderThanHours}::int)) as removed`;
};
