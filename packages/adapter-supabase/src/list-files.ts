import type { InputOf, ListedFile, Page } from '@hybrid-supabase/core';
import { err, ok, type Result } from 'neverthrow';
import { bucketOf } from './bucket-info.js';
import type { Attempt } from './door.js';
import type { Failure } from './failure.js';
import { listedFileOf } from './file-info.js';
import { prefixFault } from './object-key.js';
import type { PageCursors } from './page-cursors.js';
import { eachOf, membersOf, textOf } from './read-value.js';
import { storageFailureOf } from './storage-failure.js';

const maxPage = 1000;

/** Why a list cannot be asked for; undefined when it can. */
export const listFault = ({ prefix = '', after = '', limit = maxPage }: InputOf<'files.list'>): string | undefined =>
  Number.isSafeInteger(limit) && limit > 0
    ? (prefixFault(prefix) ?? prefixFault(after))
    : '`limit` must be a whole number above 0.';

/** What a list is asked through. */
export interface ListPlace {
  readonly attempt: Attempt;
  readonly cursors: PageCursors;
}

/** One page of at most 1000 objects. The API calls a missing bucket empty, so an empty first page is asked about. */
export const listFiles = async (
  { bucket, prefix = '', after, limit = maxPage }: InputOf<'files.list'>,
  { attempt, cursors }: ListPlace,
): Promise<Result<Page<ListedFile>, Failure>> => {
  const isFirst = after === undefined || after === '';
  const page = await attempt.ask({
    send: ({ storage }) =>
      storage.from(bucket).listV2({
        prefix,
        limit: Math.min(limit, maxPage),
        with_delimiter: false,
        sortBy: { column: 'name', order: 'asc' },
        ...(!isFirst && { cursor: cursors.after({ bucket, prefix, key: after }) }),
      }),
    read: pageOf(bucket),
    explain: storageFailureOf,
  });
  if (page.isErr()) return err(page.error);
  const { items, next, cursor } = page.value;
  if (next !== undefined && cursor !== undefined) cursors.remember({ bucket, prefix, key: next }, cursor);
  const given = { items, ...(next !== undefined && { next }) };
  if (items.length > 0 || !isFirst) return ok(given);
  const found = await attempt.ask({
    send: ({ storage }) => storage.getBucket(bucket),
    read: bucketOf,
    explain: storageFailureOf,
  });
  return found.map(() => given);
};

interface VendorPage extends Page<ListedFile> {
  readonly cursor?: string;
}

const pageOf =
  (bucket: string) =>
  (data: unknown): VendorPage | undefined => {
    const members = membersOf(data);
    const items = eachOf(members?.['objects'], listedFileOf(bucket));
    if (items === undefined) return undefined;
    const last = items.at(-1)?.path;
    if (members?.['hasNext'] !== true || last === undefined) return { items };
    const cursor = textOf(members['nextCursor']);
    return { items, next: last, ...(cursor !== undefined && { cursor }) };
  };
