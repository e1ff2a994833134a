import type { ClientBase } from 'pg';
import { z } from 'zod';
import { likePrefix } from './like-prefix.js';
import { cursorFrom, cursorText } from './list-cursor.js';
import { StorageFailure } from './storage-failure.js';

/** What `POST /object/list-v2` takes. */
export const pageQuery = z.object({
  prefix: z.string().default(''),
  limit: z.int().min(1).default(1000),
  cursor: z.string().optional(),
  with_delimiter: z.boolean().default(false),
  sortBy: z
    .object({
      column: z.enum(['name', 'created_at', 'updated_at']).default('name'),
      order: z.enum(['asc', 'desc']).default('asc'),
    })
    .default({ column: 'name', order: 'asc' }),
});

/** One page; its limit counts folders and objects together. */
export interface ObjectPage {
  readonly hasNext: boolean;
  readonly nextCursor?: string;
  readonly nextCursorKey?: string;
  readonly folders: readonly unknown[];
  readonly objects: readonly unknown[];
}

interface Entry extends Record<string, unknown> {
  readonly id: string | null;
  readonly name: string;
  readonly time: string;
}

const maximumRows = 1000;
const folderRows = (prefixLength: string): string => `
  union all
  select distinct left(name, ${prefixLength} + slash), null::uuid, null::timestamptz, null::timestamptz, null::timestamptz, null::jsonb
  from matched where slash > 0`;

type SortBy = z.infer<typeof pageQuery>['sortBy'];

/** Folders have no time of their own and come before everything else in an order by time. */
const pageSql = (asked: SortBy & { delimited: boolean }): string => {
  const time =
    asked.column === 'name'
      ? `'-infinity'::timestamptz`
      : `coalesce(${asked.column}, '${asked.order === 'asc' ? '-' : ''}infinity')`;
  const beyond = asked.order === 'asc' ? '>' : '<';
  return `
  with matched as (
    select o.*, strpos(substr(o.name, $3 + 1), '/') as slash
    from storage.objects o where o.bucket_id = $1 and o.name like $2
  ), entries as (
    select name, id, updated_at, created_at, last_accessed_at, metadata
    from matched where slash = 0 or not $4 ${asked.delimited ? folderRows('$3') : ''}
  ), keyed as (select *, ${time} as sort_time from entries)
  select name, id, updated_at, created_at, last_accessed_at, metadata, sort_time::text as time from keyed
  where $5::text is null or (sort_time, name collate "C") ${beyond} ($6::timestamptz, $5 collate "C")
  order by sort_time ${asked.order}, name collate "C" ${asked.order} limit $7`;
};

const withoutTime = ({ time: _time, ...entry }: Entry): Record<string, unknown> => entry;

/** The segment that tells an entry from its neighbours in the same folder. */
const lastSegment = (name: string): string => name.replace(/\/$/, '').split('/').at(-1) ?? name;

/** Without the delimiter a prefix is a pattern, in which `_` and `%` are wildcards: most versions of the service do not escape it there. */
const patternOf = (prefix: string, delimited: boolean): string => (delimited ? likePrefix(prefix) : `${prefix}%`);

/** Objects whose key starts with the prefix, by the byte, below or (with the delimiter) at one level. */
export async function listPage(
  client: ClientBase,
  bucket: string,
  asked: z.infer<typeof pageQuery>,
): Promise<ObjectPage> {
  const cursor = asked.cursor === undefined ? undefined : cursorFrom(asked.cursor);
  const column = cursor?.column ?? asked.sortBy.column;
  const order = cursor?.order ?? asked.sortBy.order;
  if (cursor !== undefined && column !== 'name' && cursor.time === undefined)
    throw new StorageFailure('InvalidParameter', 'Invalid cursor: in an order by time it has to hold one');
  const delimited = asked.with_delimiter;
  const limit = Math.min(asked.limit, maximumRows);
  const found = await client.query<Entry>(pageSql({ delimited, column, order }), [
    bucket,
    patternOf(asked.prefix, delimited),
    asked.prefix.length,
    delimited,
    cursor?.last ?? null,
    (column === 'name' ? undefined : cursor?.time) ?? '-infinity',
    limit + 1,
  ]);
  const page = found.rows.slice(0, limit);
  const last = page.at(-1);
  const hasNext = found.rows.length > limit;
  const shown = (entry: Entry): unknown =>
    delimited ? { key: lastSegment(entry.name), ...withoutTime(entry) } : withoutTime(entry);
  return {
    hasNext,
    ...(hasNext &&
      last && {
        nextCursor: cursorText({ last: last.name, order, column, time: column === 'name' ? undefined : last.time }),
        nextCursorKey: last.name,
      }),
    folders: page.filter((entry) => entry.id === null).map(shown),
    objects: page.filter((entry) => entry.id !== null).map(shown),
  };
}
