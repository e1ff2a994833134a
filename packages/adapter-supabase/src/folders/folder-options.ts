import type { FilesDoor } from './files-door.js';
import type { FolderProgress } from './folder-progress.js';
import type { NameRule } from './key-names.js';

/** A local folder and its place in a bucket. */
export interface FolderOptions {
  /** `hybrid.files`. */
  readonly files: FilesDoor;
  /** The local folder. */
  readonly folder: string;
  readonly bucket: string;
  /** Where in the bucket; a folder of keys, with or without a slash at its end. @default the whole bucket */
  readonly prefix?: string;
  /** What becomes of names that no key may have: all are refused before anything is sent, or each is encoded and decoded. @default 'refuse' */
  readonly names?: NameRule;
  /** Nothing is sent, removed or written, the journal neither; the report says what would be. @default false */
  readonly dryRun?: boolean;
  /** Removes at the destination what the source does not have; nothing at all when anything failed before, or the source is empty. @default false */
  readonly deleteExtra?: boolean;
  /**
   * Where checksums of local files are kept while the files look the same, so that the next run, also one after a kill,
   * reads none of them again; not inside the folder. @default every run reads all files that may be unchanged
   */
  readonly stateDirectory?: string;
  /** As of the layer: false where the store encrypts with keys of its own. Files are then compared by size and time. @default true */
  readonly md5Etags?: boolean;
  /** The most transfers at once; fewer while the project pushes back. @default 32 */
  readonly mostAtOnce?: number;
  /** The content type of a file, by its name. @default `application/octet-stream` for all */
  readonly contentTypeOf?: (file: string) => string | undefined;
  readonly signal?: AbortSignal;
  /** Told at most four times a second, and of the end. */
  readonly onProgress?: (progress: FolderProgress) => void;
}

/** The prefix as every key below it begins. */
export const prefixOf = ({ prefix = '' }: FolderOptions): string =>
  prefix === '' || prefix.endsWith('/') ? prefix : `${prefix}/`;
