import type { Call, InputOf, ListedFile, Page } from '@hybrid-supabase/core';
import { ok, type Result } from 'neverthrow';
import { bucketOf } from './bucket-info.js';
import type { Attempt } from './door.js';
import type { Failure } from './failure.js';
import { listedFileOf } from './file-info.js';
import { placeFault, prefixFault } from './object-key.js';
import type { PageCursors } from './page-cursors.js';
import { eachOf, membersOf, textOf } from './read-value.js';
import { storageFailureOf } from './storage-failure.js';

const maxPage = 1000;

/** Why a list cannot be asked for; undefined when it can. */
export const listFault = ({ prefix = '', after = '', limit = maxPage }: InputOf<'files.list'>): string | undefined =>
  Number.isSafeInteger(limit) && limit > 0
    ? (prefixFault(prefix) ?? placeFault(after))
    : '`limit` must be a whole number above 0.';

/** What a list is asked through. */
export interface ListPlace {
  readonly call: Pick<Call, 'note'>;
  readonly attempt: Attempt;
  readonly cursors: PageCursors;
}

type ListInput = InputOf<'files.list'>;

/** One page of at most 1000 objects. The API calls a missing bucket empty, so an empty first page is asked about. */
export const listFiles = async (input: ListInput, means: ListPlace): Promise<Result<Page<ListedFile>, Failure>> => {
  const { bucket, prefix = '', after = '' } = input;
  const place = { bucket, prefix, key: after };
  const cursor = after === '' ? undefined : means.cursors.after(place);
  const page = await pageOf(input, means, cursor);
  // A cursor that was built here, and that this server does not read.
  if (page.isErr() && page.error.code === 'InvalidParameter' && cursor !== undefined && !means.cursors.knows(place))
    return pageAfter(input, means);
  if (page.isErr() || page.value.items.length > 0 || page.value.next !== undefined || after !== '') return page;
  const found = await means.attempt.ask({
    send: ({ storage }) => storage.getBucket(bucket),
    read: bucketOf,
    explain: storageFailureOf,
  });
  return found.andThen(() => page);
};

/** From the start up to the page that is wanted: keys are ASCII, so that their order here is the server's. */
const pageAfter = async (input: ListInput, means: ListPlace): Promise<Result<Page<ListedFile>, Failure>> => {
  const { bucket, prefix = '', after = '' } = input;
  for (let cursor: string | undefined; ;) {
    const page: Result<Page<ListedFile>, Failure> = await pageOf(input, means, cursor);
    if (page.isErr()) return page;
    const { items, next } = page.value;
    const wanted = items.filter(({ path }) => path > after);
    if (wanted.length > 0 || next === undefined) return ok({ items: wanted, ...(next !== undefined && { next }) });
    cursor = means.cursors.after({ bucket, prefix, key: next });
  }
};

const pageOf = async (
  { bucket, prefix = '', limit = maxPage }: ListInput,
  { call, attempt, cursors }: ListPlace,
  cursor: string | undefined,
): Promise<Result<Page<ListedFile>, Failure>> => {
  const page = await attempt.ask({
    send: ({ storage }) =>
      storage.from(bucket).listV2({
        prefix,
        limit: Math.min(limit, maxPage),
        with_delimiter: false,
        sortBy: { column: 'name', order: 'asc' },
        ...(cursor !== undefined && { cursor }),
      }),
    read: vendorPageOf(bucket, prefix),
    explain: storageFailureOf,
  });
  return page.map(({ items, next, cursor: following }) => {
    const unrecorded = items.filter(({ etag, sizeBytes }) => etag === '' && sizeBytes === 0).length;
    if (unrecorded > 0) call.note(`objects without a recorded size, which count as empty: ${unrecorded}`);
    if (next === undefined) return { items };
    if (following !== undefined) cursors.remember({ bucket, prefix, key: next }, following);
    return { items, next };
  });
};

interface VendorPage extends Page<ListedFile> {
  readonly cursor?: string;
}

/**
 * The service matches a prefix by LIKE and does not escape it, so that `_` stands for any character there. A page that
 * says that more follows and holds nothing to go on after is none: taken for the end, it would call the rest extra.
 */
const vendorPageOf =
  (bucket: string, prefix: string) =>
  (data: unknown): VendorPage | undefined => {
    const members = membersOf(data);
    const matched = eachOf(members?.['objects'], listedFileOf(bucket));
    if (members === undefined || matched === undefined) return undefined;
    const items = matched.filter(({ path }) => path.startsWith(prefix));
    if (members['hasNext'] === false) return { items };
    const next = matched.at(-1)?.path ?? eachOf(members['folders'], nameOf)?.at(-1);
    if (members['hasNext'] !== true || next === undefined) return undefined;
    const cursor = textOf(members['nextCursor']);
    return { items, next, ...(cursor !== undefined && { cursor }) };
  };

const nameOf = (folder: unknown): string | undefined => textOf(membersOf(folder)?.['name']);
