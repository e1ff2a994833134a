import type { InputOf, ListedFile, Page } from '@hybrid-supabase/core';
import { err, ok, type Result } from 'neverthrow';
import { bucketOf } from './bucket-info.js';
import type { Attempt } from './door.js';
import type { Failure } from './failure.js';
import { listedFileOf } from './file-info.js';
import { prefixFault } from './object-key.js';
import { eachOf, membersOf } from './read-value.js';
import { storageFailureOf } from './storage-failure.js';

const maxPage = 1000;

/** Why a list cannot be asked for; undefined when it can. */
export const listFault = ({ prefix = '', after = '', limit = maxPage }: InputOf<'files.list'>): string | undefined =>
  Number.isSafeInteger(limit) && limit > 0
    ? (prefixFault(prefix) ?? prefixFault(after))
    : '`limit` must be a whole number above 0.';

/** One page of at most 1000 objects. The API calls a missing bucket empty, so an empty first page is asked about. */
export const listFiles = async (
  input: InputOf<'files.list'>,
  attempt: Attempt,
): Promise<Result<Page<ListedFile>, Failure>> => {
  const { bucket, prefix = '', after, limit = maxPage } = input;
  const page = await attempt.ask({
    send: ({ storage }) =>
      storage.from(bucket).listV2({
        prefix,
        limit: Math.min(limit, maxPage),
        with_delimiter: false,
        sortBy: { column: 'name', order: 'asc' },
        ...(after !== undefined && after !== '' && { cursor: cursorAfter(after) }),
      }),
    read: pageOf(bucket),
    explain: storageFailureOf,
  });
  if (page.isErr() || page.value.items.length > 0 || after !== undefined) return page;
  const found = await attempt.ask({
    send: ({ storage }) => storage.getBucket(bucket),
    read: bucketOf,
    explain: storageFailureOf,
  });
  return found.isOk() ? ok(page.value) : err(found.error);
};

/** The server's own cursor is the last name in base64; building it keeps `after` a key and not a token of one layer. */
const cursorAfter = (key: string): string => Buffer.from(`l:${key}`).toString('base64');

const pageOf =
  (bucket: string) =>
  (data: unknown): Page<ListedFile> | undefined => {
    const members = membersOf(data);
    const items = eachOf(members?.['objects'], listedFileOf(bucket));
    if (items === undefined) return undefined;
    const last = members?.['hasNext'] === true ? items.at(-1)?.path : undefined;
    return { items, ...(last !== undefined && { next: last }) };
  };
