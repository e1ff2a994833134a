import { err, ok, type Result } from 'neverthrow';
import { noJournal, openChecksumJournal, type ChecksumJournal } from './checksum-journal.js';
import type { FolderOptions } from './folder-options.js';
import type { FolderRefusal } from './folder-report.js';
import type { LocalFile } from './local-files.js';

/** The journal that the options ask for. */
export const journalOf = async (
  { stateDirectory, folder, dryRun = false }: FolderOptions,
  files: readonly LocalFile[],
): Promise<Result<ChecksumJournal, FolderRefusal>> => {
  if (stateDirectory === undefined) return ok(noJournal);
  try {
    return ok(await openChecksumJournal({ directory: stateDirectory, folder, files, isReadOnly: dryRun }));
  } catch (cause) {
    return err({
      kind: 'journal-unusable',
      message: 'The journal of checksums could not be opened; nothing was begun.',
      hint: 'Check that `stateDirectory` can be written to.',
      cause,
    });
  }
};
