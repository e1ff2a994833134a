import type { NameFolding } from './name-folding.js';

interface Named {
  readonly file: string;
}

/** The files here that are none of the wanted ones, also where the disk shows a name otherwise than it was given. */
export const extraFiles = (
  { files, fold }: { readonly files: readonly Named[]; readonly fold: NameFolding },
  wanted: readonly Named[],
): readonly string[] => {
  const kept = new Set(wanted.map(({ file }) => fold(file)));
  return files.filter(({ file }) => !kept.has(fold(file))).map(({ file }) => file);
};
