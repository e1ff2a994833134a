import type { SqlResult } from '@hybrid-supabase/core';
import { installFindings, installFindingsQuery } from './install-findings.js';

/** How the installed schema compares with what this version of the package needs. */
export type InstallStatus = 'missing' | 'out-of-date' | 'current';

/** A read that works whether or not the schema is there; give its result to {@link installStatus}. */
export const installStatusQuery = installFindingsQuery;

/** Reads the answer to {@link installStatusQuery}. */
export function installStatus(result: SqlResult): InstallStatus {
  const findings = installFindings(result);
  if (findings.length === 0) return 'current';
  return findings.some(({ what }) => what === 'the schema hybrid') ? 'missing' : 'out-of-date';
}
