import { randomUUID } from 'node:crypto';
import type { ClientBase } from 'pg';
import type { Requester } from '../database.js';
import { surelyRolledBack, translating } from './database-failure.js';
import type { StoredBytes } from './object-files.js';
import type { ObjectPlace } from './object-place.js';
import { lockKeys, type SystemMetadata, type UserMetadata } from './object-rows.js';
import { ownerUuidOf } from './requester.js';
import { inOperation, type StorageContext } from './storage-context.js';

/** A row to be written. */
export interface NewObject extends ObjectPlace {
  readonly owner: string | undefined;
  readonly metadata: SystemMetadata;
  /** `kept`: what the replaced object had, null for a new one. */
  readonly userMetadata: UserMetadata | null | 'kept';
}

const insertSql = `insert into storage.objects (bucket_id, name, owner, owner_id, version, metadata, user_metadata)
  values ($1, $2, $3, $4, $5, $6, $7)`;
const upsertSql = `${insertSql} on conflict (bucket_id, name) do update
  set owner = excluded.owner, owner_id = excluded.owner_id, version = excluded.version,
      metadata = excluded.metadata, user_metadata = excluded.user_metadata`;
const updateSql = `update storage.objects
  set owner = $3, owner_id = $4, version = $5, metadata = $6, user_metadata = $7
  where bucket_id = $1 and name = $2 returning id`;

const valuesOf = (object: NewObject, version: string): unknown[] => [
  object.bucket,
  object.key,
  ownerUuidOf(object.owner),
  object.owner ?? null,
  version,
  JSON.stringify(object.metadata),
  object.userMetadata === null || object.userMetadata === 'kept' ? null : JSON.stringify(object.userMetadata),
];

/**
 * Whether the caller may write this, asked before any byte is read: the write is tried and rolled back.
 * An upsert is tried twice, because it needs the right to update even where nothing is yet.
 */
export async function tryToWrite(client: ClientBase, object: NewObject, upsert: boolean): Promise<void> {
  await client.query('savepoint permission');
  if (upsert) await client.query(upsertSql, valuesOf(object, randomUUID()));
  await client.query(upsert ? upsertSql : insertSql, valuesOf(object, randomUUID()));
  await client.query('rollback to savepoint permission');
}

/** {@link tryToWrite} in a transaction of the caller. */
export function checkMayWrite(
  context: StorageContext,
  who: Requester,
  operation: string,
  { object, upsert }: { object: NewObject; upsert: boolean },
): Promise<void> {
  return inOperation(context, who, operation, (client) => tryToWrite(client, object, upsert));
}

/** Writes the row of complete bytes as the owner of everything and gives its id. Bytes that surely lost, old or new, are removed. */
export async function writeObject(
  context: StorageContext,
  operation: string,
  { object, upsert, version }: { object: NewObject; upsert: boolean; version: string },
): Promise<string> {
  const { bucket } = object;
  try {
    const { id, replaced } = await translating({ '23503': 'NoSuchBucket' }, () =>
      inOperation(context, 'superuser', operation, async (client) => {
        await lockKeys(client, [object]);
        return upsert ? replaceRow(client, object, version) : insertRow(client, object, version);
      }),
    );
    await context.files.remove(bucket, [replaced]);
    return id;
  } catch (thrown) {
    if (surelyRolledBack(thrown)) await context.files.remove(bucket, [version]);
    throw thrown;
  }
}

interface Written {
  readonly id: string;
  readonly replaced: string | null;
}

async function insertRow(client: ClientBase, object: NewObject, version: string): Promise<Written> {
  const inserted = await client.query<{ id: string }>(`${insertSql} returning id`, valuesOf(object, version));
  return { id: inserted.rows[0]?.id ?? '', replaced: null };
}

async function replaceRow(client: ClientBase, object: NewObject, version: string): Promise<Written> {
  const before = await client.query<{ version: string | null; user_metadata: UserMetadata | null }>(
    'select version, user_metadata from storage.objects where bucket_id = $1 and name = $2 for update',
    [object.bucket, object.key],
  );
  const [old] = before.rows;
  if (old === undefined) return insertRow(client, object, version);
  const userMetadata = object.userMetadata === 'kept' ? old.user_metadata : object.userMetadata;
  const updated = await client.query<{ id: string }>(updateSql, valuesOf({ ...object, userMetadata }, version));
  return { id: updated.rows[0]?.id ?? '', replaced: old.version };
}

/** The `metadata` column for bytes that are complete. */
export function metadataOf(bytes: StoredBytes, mimetype: string, cacheControl: string): SystemMetadata {
  return {
    eTag: `"${bytes.md5}"`,
    size: bytes.sizeBytes,
    mimetype,
    cacheControl,
    lastModified: new Date().toISOString(),
    contentLength: bytes.sizeBytes,
    httpStatusCode: 200,
  };
}
