import { pruneStatement } from '@hybrid-supabase/sql';
import { Journal } from '../tour/journal.js';
import { createPaper } from '../tour/paper.js';
import { exitCodes, type ExitCode } from './exit-codes.js';
import { withDoor } from './with-door.js';

/** What `hybrid ledger prune` takes. */
export interface LedgerPruneOptions {
  readonly data?: string;
  readonly olderThanHours: number;
}

/** Removes old keys from the ledger; one that is gone can be used again. */
export const ledgerPruneCommand = ({ olderThanHours, ...options }: LedgerPruneOptions): Promise<ExitCode> =>
  withDoor(options, async (hybrid) => {
    const journal = new Journal(createPaper((text) => process.stdout.write(text)));
    const about = `keys older than ${olderThanHours} hours`;
    await journal.must(
      { operation: 'sql.write', about, say: ({ rows }) => `${String(rows[0]?.['removed'])} removed` },
      () => hybrid.sql.write(pruneStatement(olderThanHours)),
    );
    return journal.ok ? exitCodes.done : exitCodes.failed;
  });
