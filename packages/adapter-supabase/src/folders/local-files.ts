import { readdir, stat } from 'node:fs/promises';
import { join } from 'node:path';
import type { FolderOutcome } from './folder-report.js';

/** A regular file below a folder. */
export interface LocalFile {
  /** Below the folder, with slashes. */
  readonly file: string;
  readonly sizeBytes: number;
  readonly modifiedMs: number;
  /** When anything of it changed, its name or rights too. */
  readonly changedMs: number;
  readonly inode: number;
}

/** What lies below a folder. */
export interface LocalFiles {
  readonly files: readonly LocalFile[];
  /** What is no regular file, or could not be looked at. */
  readonly others: readonly FolderOutcome[];
  /** A folder could not be read, so that what seems missing may be there. */
  readonly isPartial: boolean;
}

/** What a download in ranges keeps beside its file until it ends. */
export const isOwnRemains = (name: string): boolean => /\.part(\.log|\.lock)?$/.test(name);

/** A file as it looks now. */
export const localFileOf = (
  file: string,
  { size, mtimeMs, ctimeMs, ino }: { size: number; mtimeMs: number; ctimeMs: number; ino: number },
): LocalFile => ({ file, sizeBytes: size, modifiedMs: mtimeMs, changedMs: ctimeMs, inode: ino });

/** Looks at everything below the folder; symbolic links are named and not followed. Rejects when the folder itself cannot be read. */
export const localFilesOf = async (root: string): Promise<LocalFiles> => {
  const files: LocalFile[] = [];
  const others: FolderOutcome[] = [];
  let isPartial = false;
  const visit = async (folder: string): Promise<void> => {
    const entries = await readdir(join(root, folder), { withFileTypes: true });
    for (const entry of entries.sort((one, other) => (one.name < other.name ? -1 : 1))) {
      const file = folder === '' ? entry.name : `${folder}/${entry.name}`;
      if (entry.isDirectory()) {
        await visit(file).catch(() => {
          isPartial = true;
          others.push({ file, did: 'failed', why: 'The folder could not be read.' });
        });
      } else if (!entry.isFile()) {
        const why = entry.isSymbolicLink() ? 'Symbolic links are not followed.' : 'It is not a regular file.';
        others.push({ file, did: 'skipped', why });
      } else if (isOwnRemains(entry.name)) {
        others.push({
          file,
          did: 'skipped',
          why: 'Its name is that of an unfinished download; rename it to include it.',
        });
      } else {
        const found = await stat(join(root, file)).catch(() => undefined);
        if (found === undefined) others.push({ file, did: 'failed', why: 'The file vanished while it was looked at.' });
        else files.push(localFileOf(file, found));
      }
    }
  };
  await visit('');
  return { files, others, isPartial };
};
