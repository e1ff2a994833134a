import type { SqlResult, Statement } from '@hybrid-supabase/core';
import { installVersion } from './install-sql.js';

/** How the installed schema compares with what this version of the package needs. */
export type InstallStatus = 'missing' | 'out-of-date' | 'current';

/** A read that works whether or not the schema is there; give its result to {@link installStatus}. */
export const installStatusQuery: Statement = {
  text: `select obj_description(to_regnamespace('hybrid'), 'pg_namespace') as comment,
  to_regprocedure('public.hybrid_run(jsonb)') is not null as door`,
  values: [],
};

/** Reads the answer to {@link installStatusQuery}. */
export function installStatus({ rows }: SqlResult): InstallStatus {
  const [row] = rows;
  if (row?.['comment'] === `hybrid-supabase ${installVersion}` && row['door'] === true) return 'current';
  return row === undefined || (row['comment'] === null && row['door'] === false) ? 'missing' : 'out-of-date';
}
