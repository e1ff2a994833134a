import { sep } from 'node:path';
import type { ListedFile } from '@hybrid-supabase/core';
import type { FolderOutcome } from './folder-report.js';
import { nameOfKey, type NameRule } from './key-names.js';
import { isOwnRemains } from './local-files.js';

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
  /** Names that differ in upper and lower case only are one file here. */
  readonly ignoresCase: boolean;
  /** What is in the folder and is neither file nor folder. */
  readonly others: readonly { readonly file: string }[];
}

/** Gives every object a name that leads to no other file and not out of the folder; the rest is skipped, each with a reason. */
export const receiveJobs = (
  remote: readonly ListedFile[],
  rules: NamingRules,
): { readonly jobs: ReceiveJob[]; readonly outcomes: FolderOutcome[] } => {
  const jobs: ReceiveJob[] = [];
  const outcomes: FolderOutcome[] = [];
  const start = rules.prefix.length;
  const cased = (name: string): string => (rules.ignoresCase ? name.toLowerCase() : name);
  const folders = new Set(remote.flatMap(({ path }) => parentsOf(cased(path.slice(start)))));
  const links = new Set(rules.others.map(({ file }) => cased(file)));
  const taken = new Set<string>();
  for (const object of remote) {
    const key = object.path;
    const short = key.slice(start);
    const file = nameOfKey(short, rules.names);
    const why =
      file === undefined ? noName : whyNot(file, { key: cased(short), name: cased(file), folders, links, taken });
    if (file === undefined || why !== undefined)
      outcomes.push({ file: file ?? short, key, did: 'skipped', why: why ?? noName });
    else {
      taken.add(cased(file));
      jobs.push({ file, remote: object });
    }
  }
  return { jobs, outcomes };
};

const noName = 'No file can have this name here.';

interface Naming {
  /** As the file system compares them. */
  readonly key: string;
  readonly name: string;
  readonly folders: ReadonlySet<string>;
  readonly links: ReadonlySet<string>;
  readonly taken: ReadonlySet<string>;
}

const whyNot = (file: string, { key, name, folders, links, taken }: Naming): string | undefined => {
  if (!isSafe(file)) return noName;
  if (isOwnRemains(file)) return 'Unfinished downloads have such names here; rename the object to receive it.';
  if (folders.has(key)) return 'A folder has the same name.';
  if (links.has(name) || parentsOf(name).some((parent) => links.has(parent)))
    return 'Something that is no file or folder is in the way.';
  return taken.has(name) ? 'Another name differs from it in upper and lower case only.' : undefined;
};

const isSafe = (file: string): boolean =>
  !file.includes('\0') &&
  (sep === '/' || !/[\\:]/.test(file)) &&
  file.split('/').every((segment) => segment !== '' && segment !== '.' && segment !== '..');

const parentsOf = (file: string): readonly string[] => {
  const segments = file.split('/').slice(0, -1);
  return segments.map((_, at) => segments.slice(0, at + 1).join('/'));
};
