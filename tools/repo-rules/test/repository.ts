import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';

/** The folder of the repository. */
export const root = join(__dirname, '..', '..', '..');

/** What a `package.json` says, as far as the rules ask. */
export interface Manifest {
  readonly name: string;
  readonly private?: boolean;
  readonly nx?: { readonly tags?: readonly string[] };
  readonly dependencies?: Readonly<Record<string, string>>;
  readonly devDependencies?: Readonly<Record<string, string>>;
  readonly peerDependencies?: Readonly<Record<string, string>>;
}

/** Every file that git tracks or would track, `/` between folders. */
export const files: readonly string[] = execFileSync(
  'git',
  ['ls-files', '--cached', '--others', '--exclude-standard'],
  { cwd: root, encoding: 'utf8' },
)
  .split('\n')
  .filter((file) => file !== '');

/** The text of a file of the repository. */
export const read = (file: string): string => readFileSync(join(root, file), 'utf8');

/** Folders of all projects that have a manifest. */
export const projects: readonly string[] = files
  .filter((file) => /^(packages|apps|tools)\/[^/]+\/package\.json$/.test(file))
  .map((file) => file.slice(0, -'/package.json'.length));

/** The manifest of a project. */
export const manifest = (project: string): Manifest => JSON.parse(read(`${project}/package.json`)) as Manifest;
