import { installFindings, installFindingsQuery } from '@hybrid-supabase/sql';
import type { Door } from '../door.js';
import type { Journal } from '../tour/journal.js';
import { exitCodes, type ExitCode } from './exit-codes.js';

/** Says of every part of the schema `hybrid` that is not as it should be; changes nothing. */
export const checkInstall = async (hybrid: Door, journal: Journal): Promise<ExitCode> => {
  const found = await journal.must(
    {
      operation: 'sql.read',
      about: 'the schema hybrid',
      say: (result) => (result.rows.length === 0 ? 'all of it is there and current' : `${result.rows.length} findings`),
    },
    () => hybrid.sql.read(installFindingsQuery),
  );
  if (found === undefined) return exitCodes.failed;
  const findings = installFindings(found);
  for (const { state, what } of findings) journal.remark(`${state.replaceAll('-', ' ')}: ${what}`);
  if (findings.length > 0) journal.remark(advice);
  return findings.length === 0 ? exitCodes.done : exitCodes.failed;
};

const advice =
  '`hybrid install` puts this right. Only where the table or an owner is another, `hybrid uninstall --yes` has to go first, which forgets all keys.';
