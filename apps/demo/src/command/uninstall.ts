import { uninstallSql } from '@hybrid-supabase/sql';
import { Journal } from '../tour/journal.js';
import { createPaper } from '../tour/paper.js';
import { exitCodes, type ExitCode } from './exit-codes.js';
import { withDoor } from './with-door.js';

/** Removes the schema `hybrid` by a migration, whether or not it is there. All keys are forgotten with it. */
export const uninstallCommand = (options: { readonly data?: string }): Promise<ExitCode> =>
  withDoor(options, async (hybrid) => {
    const journal = new Journal(createPaper((text) => process.stdout.write(text)));
    const say = (): string => 'the schema hybrid is gone, and its memory of all keys';
    await journal.must({ operation: 'migrations.apply', about: 'hybrid_uninstall', say }, () =>
      hybrid.migrations.apply({ name: 'hybrid_uninstall', query: uninstallSql }),
    );
    return journal.ok ? exitCodes.done : exitCodes.failed;
  });
