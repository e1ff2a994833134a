import type { ListedFile } from '@hybrid-supabase/core';
import type { FolderOutcome } from './folder-report.js';
import { nameOfKey, type NameRule } from './key-names.js';
import { isOwnRemains } from './local-files.js';
import type { NameFolding } from './name-folding.js';
import { parentsOf } from './parents-of.js';

/** An object and the file it becomes. */
export interface ReceiveJob {
  /** Below the folder, with slashes. */
  readonly file: string;
  readonly remote: ListedFile;
}

/** What decides about names. */
export interface NamingRules {
  /** With a slash at its end, or empty. */
  readonly prefix: string;
  readonly names: NameRule;
  readonly fold: NameFolding;
  /** Where some names are devices, and dots and spaces at an end are dropped. */
  readonly isWindows: boolean;
  readonly files: readonly { readonly file: string }[];
  /** What is in the folder and is neither file nor folder. */
  readonly others: readonly { readonly file: string }[];
}

/** Gives every object a name that leads to no other file and not out of the folder; the rest is skipped, each with a reason. */
export const receiveJobs = (
  remote: readonly ListedFile[],
  { prefix, names, fold, isWindows, ...here }: NamingRules,
): { readonly jobs: ReceiveJob[]; readonly outcomes: FolderOutcome[] } => {
  const jobs: ReceiveJob[] = [];
  const outcomes: FolderOutcome[] = [];
  const skip = (file: string, key: string, why: string): void => void outcomes.push({ file, key, did: 'skipped', why });
  const named: ReceiveJob[] = [];
  for (const object of remote) {
    const short = object.path.slice(prefix.length);
    const file = nameOfKey(short, names);
    if (file === undefined || !isSafe(file, isWindows)) skip(file ?? short, object.path, noName);
    else named.push({ file, remote: object });
  }
  const naming: Naming = {
    folders: new Set(named.flatMap(({ file }) => parentsOf(fold(file)))),
    filesHere: new Set(here.files.map(({ file }) => fold(file))),
    foldersHere: new Set(here.files.flatMap(({ file }) => parentsOf(fold(file)))),
    others: new Set(here.others.map(({ file }) => fold(file))),
    taken: new Set(),
  };
  for (const job of named) {
    const name = fold(job.file);
    const why = whyNot(name, naming);
    if (why !== undefined) skip(job.file, job.remote.path, why);
    else {
      naming.taken.add(name);
      jobs.push(job);
    }
  }
  return { jobs, outcomes };
};

const noName = 'No file can have this name here.';

/** All as the file system compares them. */
interface Naming {
  readonly folders: ReadonlySet<string>;
  readonly filesHere: ReadonlySet<string>;
  readonly foldersHere: ReadonlySet<string>;
  readonly others: ReadonlySet<string>;
  readonly taken: Set<string>;
}

const whyNot = (name: string, { folders, filesHere, foldersHere, others, taken }: Naming): string | undefined => {
  const way = parentsOf(name);
  if (isOwnRemains(name)) return 'Unfinished downloads have such names here; rename the object to receive it.';
  if (folders.has(name) || foldersHere.has(name)) return 'A folder has the same name.';
  if (others.has(name) || way.some((parent) => others.has(parent)))
    return 'Something that is no file or folder is in the way.';
  if (way.some((parent) => filesHere.has(parent))) return 'A file is in the way of its folder.';
  return taken.has(name) ? 'This file system takes its name for that of another object.' : undefined;
};

const isSafe = (file: string, isWindows: boolean): boolean =>
  file
    .split('/')
    .every(
      (segment) =>
        segment !== '' &&
        segment !== '.' &&
        segment !== '..' &&
        !segment.includes('\0') &&
        (!isWindows || isSafeOnWindows(segment)),
    );

/** https://learn.microsoft.com/en-us/windows/win32/fileio/naming-a-file#naming-conventions */
const isSafeOnWindows = (segment: string): boolean =>
  !/[\\:*?"<>|]|[. ]$/.test(segment) &&
  ![...segment].some((character) => character < ' ') &&
  !/^(?:con|prn|aux|nul|(?:com|lpt)[0-9\u00b9\u00b2\u00b3])\s*(?:\.|$)/i.test(segment);
