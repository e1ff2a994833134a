import { resolve, sep } from 'node:path';
import { keyFault } from '../object-key.js';
import { prefixOf, type FolderOptions } from './folder-options.js';
import type { FolderRefusal } from './folder-report.js';

/** Why nothing can be begun with these options; undefined when it can. A prefix that no key has would make everything here look like extra. */
export const folderFault = (options: FolderOptions): FolderRefusal | undefined => {
  const { folder, stateDirectory, mostAtOnce = 1 } = options;
  if (!Number.isSafeInteger(mostAtOnce) || mostAtOnce < 1)
    return wrong('mostAtOnce', 'Give a whole number above 0, or leave it out.');
  const fault = keyFault(`${prefixOf(options)}a`);
  if (fault !== undefined) return wrong('prefix', fault);
  if (stateDirectory !== undefined && `${resolve(stateDirectory)}${sep}`.startsWith(insideOf(folder)))
    return wrong('stateDirectory', 'Give a place outside the folder: the journal is no file of yours.');
  return undefined;
};

const insideOf = (folder: string): string => {
  const path = resolve(folder);
  return path.endsWith(sep) ? path : `${path}${sep}`;
};

const wrong = (option: keyof FolderOptions, hint: string): FolderRefusal => ({
  kind: 'wrong-options',
  message: `\`${option}\` is wrong; nothing was begun.`,
  hint,
});
