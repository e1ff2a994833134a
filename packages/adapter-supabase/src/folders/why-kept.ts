import type { FolderOutcome } from './folder-report.js';

/**
 * Why extra files stay; undefined when they may go. What failed may be the same file under its new name. A source that
 * holds nothing may be a disk that is not there, or a key without rights: the Storage API shows that as an empty list.
 */
export const whyKept = (outcomes: readonly FolderOutcome[], sourceFiles: number): string | undefined => {
  if (outcomes.some(({ did }) => did === 'failed')) return 'Something failed, so that nothing is removed.';
  return sourceFiles === 0 ? 'The source holds nothing at all, so that nothing is removed.' : undefined;
};
