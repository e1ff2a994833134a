import type { ClientBase } from 'pg';
import { z } from 'zod';
import { likePrefix } from './like-prefix.js';

/** What `POST /object/list` takes. */
export const levelQuery = z.object({
  prefix: z.string().default(''),
  limit: z.int().min(1).default(100),
  offset: z.int().min(0).default(0),
  search: z.string().default(''),
  sortBy: z
    .object({
      column: z.enum(['name', 'updated_at', 'created_at', 'last_accessed_at']).default('name'),
      order: z.enum(['asc', 'desc']).default('asc'),
    })
    .default({ column: 'name', order: 'asc' }),
});

/** The hosted service caps without a word. */
const maximumRows = 1500;

/** Folders have a name and nothing else. */
const levelSql = (order: string): string => `
  with matched as (
    select o.*, strpos(substr(o.name, $3 + 1), '/') as slash
    from storage.objects o where o.bucket_id = $1 and lower(o.name) like lower($2)
  ), entries as (
    select substr(name, $4 + 1) as name, id, updated_at, created_at, last_accessed_at, metadata from matched where slash = 0
    union all
    select min(substr(name, $4 + 1, $3 - $4 + slash - 1) collate "C"), null, null, null, null, null
    from matched where slash > 0 group by lower(left(name, $3 + slash - 1))
  )
  select * from entries order by ${order} limit $5 offset $6`;

function orderOf({ column, order }: z.infer<typeof levelQuery>['sortBy']): string {
  const byName = 'lower(name) collate "C"';
  if (column === 'name') return `${byName} ${order}, id`;
  return `id is not null, ${column} ${order}, ${byName}, id`;
}

/** One level below a folder: objects and folders, whatever the case of the prefix; folders that differ in case are one. */
export async function listLevel(
  client: ClientBase,
  bucket: string,
  asked: z.infer<typeof levelQuery>,
): Promise<unknown[]> {
  const trimmed = asked.prefix.replace(/^\/+|\/+$/g, '');
  const folder = trimmed === '' ? '' : `${trimmed}/`;
  const start = folder + asked.search;
  const found = await client.query<Record<string, unknown>>(levelSql(orderOf(asked.sortBy)), [
    bucket,
    likePrefix(start),
    start.length,
    folder.length,
    Math.min(asked.limit, maximumRows),
    asked.offset,
  ]);
  return found.rows;
}
