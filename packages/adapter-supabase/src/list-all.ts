import type { HybridError, InputOf, ListedFile } from '@hybrid-supabase/core';
import { err, ok, type Result } from 'neverthrow';
import type { DoorOptions, FilesDoor } from './folders/files-door.js';

/** What is listed: `limit` is the size of a page. */
export type ListAllInput = InputOf<'files.list'>;

/**
 * Every object below the prefix, by key in byte order, one page in memory at a time. Never throws: an error is the last
 * thing it yields. Objects that come or go meanwhile are seen or not; no other is lost or comes twice.
 */
export async function* listAll(
  files: Pick<FilesDoor, 'list'>,
  { after: first, ...input }: ListAllInput,
  options: DoorOptions = {},
): AsyncGenerator<Result<ListedFile, HybridError>, void, undefined> {
  let after = first;
  do {
    const page = await files.list({ ...input, ...(after !== undefined && { after }) }, options);
    if (page.isErr()) return yield err(page.error);
    const { data, layer, trail } = page.value;
    for (const item of data.items) yield ok(item);
    if (data.next !== undefined && data.next === after) return yield err({ ...standsStill, layer, trail });
    after = data.next;
  } while (after !== undefined);
}

const standsStill = {
  kind: 'invalid-reply',
  operation: 'files.list',
  effect: 'none',
  code: 'ListStandsStill',
  message: 'The list gave the same page again and would never end.',
  hint: 'The service ignores where a list is to go on; list smaller prefixes.',
} as const;
