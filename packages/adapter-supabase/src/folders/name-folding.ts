import { randomUUID } from 'node:crypto';
import { rm, stat, writeFile } from 'node:fs/promises';
import { join } from 'node:path';

/** Gives the same text for two names exactly when they are one file. */
export type NameFolding = (name: string) => string;

/** Where every two names are two files. */
export const noFolding: NameFolding = (name) => name;

/** What a file system does not tell apart. */
export interface Folding {
  /** Upper and lower case. */
  readonly ignoresCase: boolean;
  /** `ä` as one character and as two. */
  readonly ignoresForm: boolean;
}

/** The folding of a file system. */
export const foldingOf =
  ({ ignoresCase, ignoresForm }: Folding): NameFolding =>
  (name) => {
    const formed = ignoresForm ? name.normalize('NFC') : name;
    return ignoresCase ? formed.toLowerCase() : formed;
  };

/** Tried out, since the same machine may have folders of several kinds. Rejects when nothing can be written there. */
export const foldingIn = async (folder: string): Promise<NameFolding> => {
  const name = `.tried-\u00e4-${randomUUID()}.part`;
  const isThere = (other: string): Promise<boolean> =>
    stat(join(folder, other)).then(
      () => true,
      () => false,
    );
  await writeFile(join(folder, name), '');
  const folding = { ignoresCase: await isThere(name.toUpperCase()), ignoresForm: await isThere(name.normalize('NFD')) };
  await rm(join(folder, name));
  return foldingOf(folding);
};
