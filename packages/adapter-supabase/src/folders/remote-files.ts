import type { HybridError, ListedFile } from '@hybrid-supabase/core';
import { err, ok, type Result } from 'neverthrow';
import type { FolderOptions } from './folder-options.js';

/** Every object below the prefix, by key. */
export const remoteFilesOf = async (
  { files, bucket, signal }: FolderOptions,
  prefix: string,
): Promise<Result<ReadonlyMap<string, ListedFile>, HybridError>> => {
  const found = new Map<string, ListedFile>();
  for (let after: string | undefined = ''; after !== undefined;) {
    const input = { bucket, ...(prefix !== '' && { prefix }), ...(after !== '' && { after }) };
    const page: Awaited<ReturnType<typeof files.list>> = await files.list(input, { ...(signal && { signal }) });
    if (page.isErr()) return err(page.error);
    for (const item of page.value.data.items) found.set(item.path, item);
    after = page.value.data.next;
  }
  return ok(found);
};
