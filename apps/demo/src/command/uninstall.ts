import { uninstallSql } from '@hybrid-supabase/sql';
import { Journal } from '../tour/journal.js';
import { createPaper } from '../tour/paper.js';
import { exitCodes, type ExitCode } from './exit-codes.js';
import { withDoor } from './with-door.js';

/** What `hybrid uninstall` takes. */
export interface UninstallOptions {
  readonly data?: string;
  readonly yes?: boolean;
}

/** Removes the schema `hybrid` by a migration, whether or not it is there; only with `yes`, because all keys are forgotten with it. */
export const uninstallCommand = async ({ yes = false, ...options }: UninstallOptions): Promise<ExitCode> => {
  if (!yes) return unconfirmed();
  return withDoor(options, async (hybrid) => {
    const journal = new Journal(createPaper((text) => process.stdout.write(text)));
    const say = (): string => 'the schema hybrid is gone, and its memory of all keys';
    await journal.must({ operation: 'migrations.apply', about: 'hybrid_uninstall', say }, () =>
      hybrid.migrations.apply({ name: 'hybrid_uninstall', query: uninstallSql }),
    );
    return journal.ok ? exitCodes.done : exitCodes.failed;
  });
};

const unconfirmed = (): ExitCode => {
  process.stderr.write(
    'Nothing was removed: without its ledger a write that is sent again with the same key takes effect again.\n' +
      'Add --yes to remove the schema hybrid and its memory of all keys.\n',
  );
  return exitCodes.usage;
};
