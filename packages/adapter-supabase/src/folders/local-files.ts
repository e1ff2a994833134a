import { isUtf8 } from 'node:buffer';
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
  /** What is no regular file, or could not be looked at: such a folder counts as failed, since what it holds is unknown. */
  readonly others: readonly FolderOutcome[];
  /** Those of the others whose names are no text. */
  readonly unnamed: readonly string[];
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
  const unnamed: string[] = [];
  const skip = (file: string, why: string): void => void others.push({ file, did: 'skipped', why });
  const visit = async (folder: string): Promise<void> => {
    for (const { name, isText, entry } of await entriesOf(join(root, folder))) {
      const file = folder === '' ? name : `${folder}/${name}`;
      if (!isText) {
        unnamed.push(file);
        skip(file, 'Its name is not UTF-8; rename it to include it.');
      } else if (entry.isDirectory()) {
        await visit(file).catch(() => others.push({ file, did: 'failed', why: 'The folder could not be read.' }));
      } else if (!entry.isFile()) {
        skip(file, entry.isSymbolicLink() ? 'Symbolic links are not followed.' : 'It is not a regular file.');
      } else if (isOwnRemains(name)) {
        skip(file, 'Its name is that of an unfinished download; rename it to include it.');
      } else {
        const found = await stat(join(root, file)).catch(() => undefined);
        if (found === undefined) others.push({ file, did: 'failed', why: 'The file vanished while it was looked at.' });
        else files.push(localFileOf(file, found));
      }
    }
  };
  await visit('');
  return { files, others, unnamed };
};

/** Read as bytes: as text, a name that is none would look like that of another file. */
const entriesOf = async (folder: string) => {
  const entries = await readdir(folder, { withFileTypes: true, encoding: 'buffer' });
  return entries
    .map((entry) => {
      const isText = isUtf8(entry.name);
      return { entry, isText, name: isText ? entry.name.toString() : shown(entry.name) };
    })
    .sort((one, other) => (one.name < other.name ? -1 : 1));
};

const shown = (name: Buffer): string =>
  name.toString('latin1').replace(/[\x80-\xff]/g, (byte) => `\\x${byte.charCodeAt(0).toString(16).toUpperCase()}`);
