import type { ClientBase } from 'pg';
import type { StorageContext } from './storage-context.js';
import { StorageFailure } from './storage-failure.js';

/** A row of `storage.buckets` as node-postgres gives it; bigint comes as text. */
export interface BucketRow {
  readonly id: string;
  readonly name: string;
  readonly owner: string | null;
  readonly public: boolean;
  readonly type: string;
  readonly file_size_limit: string | null;
  readonly allowed_mime_types: string[] | null;
  readonly created_at: Date;
  readonly updated_at: Date;
}

const columns = 'id, name, owner, public, type::text, file_size_limit, allowed_mime_types, created_at, updated_at';

/** The bucket as this transaction's role may see it. */
export async function findBucket(client: ClientBase, id: string): Promise<BucketRow> {
  const found = await client.query<BucketRow>(`select ${columns} from storage.buckets where id = $1`, [id]);
  const [row] = found.rows;
  if (row === undefined) throw new StorageFailure('NoSuchBucket');
  return row;
}

/** The bucket whoever asks: what an upload and a public read go by. */
export function bucketOf({ database }: StorageContext, id: string): Promise<BucketRow> {
  return database.transaction('superuser', (client) => findBucket(client, id));
}

/** How a list of buckets is asked for. */
export interface BucketSearch {
  readonly search: string;
  readonly limit: number | null;
  readonly offset: number;
  readonly sortColumn: 'id' | 'name' | 'created_at' | 'updated_at';
  readonly sortOrder: 'asc' | 'desc';
}

/** Buckets the role may see whose name holds the text, whatever its case; `%` means itself. */
export async function searchBuckets(client: ClientBase, asked: BucketSearch): Promise<BucketRow[]> {
  const collation = asked.sortColumn === 'id' || asked.sortColumn === 'name' ? ' collate "C"' : '';
  const found = await client.query<BucketRow>(
    `select ${columns} from storage.buckets where strpos(lower(name), lower($1)) > 0
     order by ${asked.sortColumn}${collation} ${asked.sortOrder}, id limit $2 offset $3`,
    [asked.search, asked.limit, asked.offset],
  );
  return found.rows;
}

/** The bucket as the API shows it; only lists say its type. */
export function bucketJson(row: BucketRow): Record<string, unknown> {
  const { type: _type, ...rest } = row;
  const limit = row.file_size_limit === null ? null : Number(row.file_size_limit);
  return { ...rest, owner: row.owner ?? '', file_size_limit: limit };
}
