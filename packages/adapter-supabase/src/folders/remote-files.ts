import type { HybridError, ListedFile } from '@hybrid-supabase/core';
import { err, ok, type Result } from 'neverthrow';
import { listAll } from '../list-all.js';
import type { FolderOptions } from './folder-options.js';

/** Every object below the prefix, by key; what a list gives beside it is nobody's business here. */
export const remoteFilesOf = async (
  { files, bucket, signal }: FolderOptions,
  prefix: string,
): Promise<Result<ReadonlyMap<string, ListedFile>, HybridError>> => {
  const found = new Map<string, ListedFile>();
  for await (const item of listAll(files, { bucket, prefix }, { ...(signal && { signal }) })) {
    if (item.isErr()) return err(item.error);
    if (item.value.path.startsWith(prefix)) found.set(item.value.path, item.value);
  }
  return ok(found);
};
