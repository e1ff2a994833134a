import { execFile } from 'node:child_process';
import { createHash } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { readdir, stat } from 'node:fs/promises';
import { join, relative, sep } from 'node:path';
import { promisify } from 'node:util';
import { err, ok, type Result } from 'neverthrow';

/** A file that the tour moves. */
export interface TourFile {
  /** Where it lies on disk. */
  readonly file: string;
  /** Its key: the path below the folder, with `/`. */
  readonly path: string;
  readonly sizeBytes: number;
  readonly modified: Date;
  /** Lower-case hex. */
  readonly sha256: string;
}

/** The files of a folder: those that git tracks where it is a checkout, else every file below it. */
export const findTourFiles = async (folder: string): Promise<Result<readonly TourFile[], string>> => {
  try {
    const paths = (await trackedFiles(folder)) ?? (await everyFile(folder));
    const files = (await Promise.all(paths.map((path) => describe(folder, path)))).filter((file) => file !== undefined);
    return files.length > 0 ? ok(files) : err(`There is no file below ${folder}.`);
  } catch (error) {
    return err(`The folder ${folder} could not be read: ${error instanceof Error ? error.message : String(error)}`);
  }
};

const trackedFiles = async (folder: string): Promise<readonly string[] | undefined> => {
  const listed = await promisify(execFile)('git', ['ls-files', '-z'], {
    cwd: folder,
    maxBuffer: 64 * 1024 * 1024,
  }).catch(
    () => undefined, // no git, or not a checkout: every file is taken instead
  );
  const paths = listed?.stdout.split('\0').filter((path) => path !== '');
  return paths && paths.length > 0 ? paths : undefined;
};

const everyFile = async (folder: string): Promise<readonly string[]> => {
  const entries = await readdir(folder, { recursive: true, withFileTypes: true });
  return entries
    .filter((entry) => entry.isFile())
    .map((entry) => relative(folder, join(entry.parentPath, entry.name)).split(sep).join('/'));
};

/** Undefined for what git tracks and the disk does not have. */
const describe = async (folder: string, path: string): Promise<TourFile | undefined> => {
  const file = join(folder, path);
  const found = await stat(file).catch(() => undefined);
  if (!found?.isFile()) return undefined;
  return { file, path, sizeBytes: found.size, modified: found.mtime, sha256: await sha256Of(file) };
};

/** SHA-256 of a file on disk, lower-case hex. */
export const sha256Of = async (file: string): Promise<string> => {
  const hash = createHash('sha256');
  for await (const chunk of createReadStream(file)) hash.update(chunk);
  return hash.digest('hex');
};
