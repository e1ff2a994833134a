import type { ClientBase } from 'pg';
import { StorageFailure } from './storage-failure.js';

/** The `metadata` column: what the server knows of the bytes. */
export interface SystemMetadata {
  readonly eTag?: string;
  readonly size?: number;
  readonly mimetype?: string;
  readonly cacheControl?: string;
  readonly lastModified?: string;
  readonly contentLength?: number;
  readonly httpStatusCode?: number;
}

/** The caller's own metadata. */
export type UserMetadata = Readonly<Record<string, unknown>>;

/** A row of `storage.objects`. SQL can write rows, so nothing in `metadata` is certain. */
export interface ObjectRow {
  readonly id: string;
  readonly name: string;
  readonly bucket_id: string;
  readonly owner: string | null;
  readonly owner_id: string | null;
  readonly version: string | null;
  readonly created_at: Date;
  readonly updated_at: Date;
  readonly last_accessed_at: Date | null;
  readonly metadata: SystemMetadata | null;
  readonly user_metadata: UserMetadata | null;
}

/** The columns the API shows. */
export const objectColumns =
  'id, name, bucket_id, owner, owner_id, version, created_at, updated_at, last_accessed_at, metadata, user_metadata';

/** The object as this transaction's role may see it; a hidden one is a missing one. */
export async function findObject(client: ClientBase, bucket: string, key: string): Promise<ObjectRow> {
  const found = await client.query<ObjectRow>(
    `select ${objectColumns} from storage.objects where bucket_id = $1 and name = $2`,
    [bucket, key],
  );
  const [row] = found.rows;
  if (row === undefined) throw new StorageFailure('NoSuchKey');
  return row;
}

/** Makes writers of one key wait for each other until the transaction ends; always in one order, so that none waits for ever. */
export async function lockKeys(client: ClientBase, places: readonly { bucket: string; key: string }[]): Promise<void> {
  const names = places.map(({ bucket, key }) => `${bucket}/${key}`).sort();
  for (const name of names) await client.query('select pg_advisory_xact_lock(hashtextextended($1, 7))', [name]);
}
