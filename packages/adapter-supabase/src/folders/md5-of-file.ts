import { createHash } from 'node:crypto';
import { createReadStream } from 'node:fs';
import type { ListedFile } from '@hybrid-supabase/core';
import type { LocalFile } from './local-files.js';

/** Lower-case hex; undefined when the file cannot be read. */
export const md5OfFile = async (path: string): Promise<string | undefined> => {
  const hash = createHash('md5');
  try {
    for await (const chunk of createReadStream(path, { highWaterMark: 1024 * 1024 })) hash.update(chunk);
    return hash.digest('hex');
  } catch {
    return undefined;
  }
};

/** The MD5 an etag is; undefined for a tag of another kind. */
export const md5OfTag = (etag: string): string | undefined => /^(?:W\/)?"?([0-9a-f]{32})"?$/.exec(etag)?.[1];

/** Whether file and object are the same: by checksum; where the tag is none, by size and the one being no older than the other. */
export const isUnchanged = async (
  path: string,
  { sizeBytes, modifiedMs }: LocalFile,
  remote: ListedFile,
  source: 'file' | 'object',
): Promise<boolean> => {
  if (sizeBytes !== remote.sizeBytes) return false;
  const md5 = md5OfTag(remote.etag);
  if (md5 !== undefined) return (await md5OfFile(path)) === md5;
  const storedMs = Date.parse(remote.updatedAt);
  return source === 'file' ? modifiedMs <= storedMs : modifiedMs >= storedMs;
};
