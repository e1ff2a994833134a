import { layerError, type LayerError, type Statement } from '@hybrid-supabase/core';
import { reachesOut } from './check-calls.js';
import { parseSql } from './parser.js';
import { singleStatement } from './single-statement.js';

/**
 * The error of a write with the effect `unknown`, where the statements call what no rollback takes back: a replication slot
 * that was made, a session that was ended. What functions of the user's own do, no parser knows.
 */
export async function doubtedError(error: LayerError, statements: readonly Statement[]): Promise<LayerError> {
  // Without a SQLSTATE nothing has run.
  if (error.effect === 'unknown' || error.sqlState === undefined) return error;
  for (const { text } of statements) {
    const single = (await parseSql(text)).andThen(singleStatement);
    if (single.isOk() && reachesOut(single.value)) return layerError({ ...error, effect: 'unknown' });
  }
  return error;
}
