import { createHash } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { join } from 'node:path';
import type { ListedFile } from '@hybrid-supabase/core';
import type { ChecksumJournal } from './checksum-journal.js';
import type { FolderOptions } from './folder-options.js';
import type { LocalFile } from './local-files.js';

/** Lower-case hex; undefined when the file cannot be read, or nobody waits any more. */
export const md5OfFile = async (path: string, signal?: AbortSignal): Promise<string | undefined> => {
  const hash = createHash('md5');
  try {
    for await (const chunk of createReadStream(path, { highWaterMark: 1024 * 1024, ...(signal && { signal }) }))
      hash.update(chunk);
    return hash.digest('hex');
  } catch {
    return undefined;
  }
};

/** The MD5 an etag is; undefined for a tag of another kind. */
export const md5OfTag = (etag: string, { md5Etags = true }: Pick<FolderOptions, 'md5Etags'>): string | undefined =>
  md5Etags ? /^(?:W\/)?"?([0-9a-f]{32})"?$/.exec(etag)?.[1] : undefined;

/** A file that may be the object already. */
export interface Comparison {
  readonly options: FolderOptions;
  readonly local: LocalFile;
  readonly remote: ListedFile;
  /** Which of the two the other is made of. */
  readonly source: 'file' | 'object';
  readonly journal: ChecksumJournal;
}

/**
 * Whether file and object are the same: by checksum; where the tag is none, by size and the one being no older than the
 * other. An object without any tag may have no bytes at all.
 */
export const isUnchanged = async ({ options, local, remote, source, journal }: Comparison): Promise<boolean> => {
  if (local.sizeBytes !== remote.sizeBytes || remote.etag === '') return false;
  const md5 = md5OfTag(remote.etag, options);
  if (md5 !== undefined) return (await md5Of(options, local, journal)) === md5;
  const storedMs = Date.parse(remote.updatedAt);
  return source === 'file' ? local.modifiedMs <= storedMs : local.modifiedMs >= storedMs;
};

const md5Of = async (
  { folder, signal }: FolderOptions,
  local: LocalFile,
  journal: ChecksumJournal,
): Promise<string | undefined> => {
  const known = journal.known(local);
  if (known !== undefined) return known;
  const readMs = Date.now();
  const md5 = await md5OfFile(join(folder, local.file), signal);
  if (md5 !== undefined) journal.read(local, md5, readMs);
  return md5;
};
