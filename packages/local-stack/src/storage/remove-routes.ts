import { Hono } from 'hono';
import type { ClientBase } from 'pg';
import { z } from 'zod';
import { placeOf, placePattern } from './object-place.js';
import { findObject, objectColumns, type ObjectRow } from './object-rows.js';
import { jsonBody } from './request-json.js';
import { guardedRequester } from './requester.js';
import { inOperation, type StorageContext, type StorageEnv } from './storage-context.js';
import { StorageFailure } from './storage-failure.js';

const removal = z.object({ prefixes: z.array(z.string()).min(1) });

async function deleteRows(client: ClientBase, bucket: string, keys: readonly string[]): Promise<ObjectRow[]> {
  await client.query(`select set_config('storage.allow_delete_query', 'true', true)`);
  const deleted = await client.query<ObjectRow>(
    `delete from storage.objects where bucket_id = $1 and name = any($2) returning ${objectColumns}`,
    [bucket, keys],
  );
  return deleted.rows;
}

/** How often an object may be replaced under its removal before it counts as one that may not be removed. */
const attempts = 3;

/** Looks only after a deletion that met nothing, so that an object which another request took away counts as gone. */
async function deleteOne(client: ClientBase, bucket: string, key: string): Promise<ObjectRow[]> {
  for (let attempt = 0; attempt < attempts; attempt += 1) {
    const rows = await deleteRows(client, bucket, [key]);
    if (rows.length > 0) return rows;
    await findObject(client, bucket, key);
  }
  throw new StorageFailure('AccessDenied');
}

/** `DELETE /object`: many keys at once say nothing of those that were not deleted; a single one does. */
export function removeRoutes(context: StorageContext): Hono<StorageEnv> {
  const routes = new Hono<StorageEnv>();
  const dropBytes = (bucket: string, rows: readonly ObjectRow[]): Promise<void> =>
    context.files.remove(
      bucket,
      rows.map((row) => row.version),
    );

  routes.delete('/:bucket', async (c) => {
    const who = guardedRequester(context, c);
    const bucket = c.req.param('bucket');
    const { prefixes } = await jsonBody(c, removal);
    const rows = await inOperation(context, who, 'object.delete_many', (client) =>
      deleteRows(client, bucket, prefixes),
    );
    await dropBytes(bucket, rows);
    return c.json(rows);
  });

  routes.delete(placePattern, async (c) => {
    const who = guardedRequester(context, c);
    const { bucket, key } = placeOf(c);
    const rows = await inOperation(context, who, 'object.delete', (client) => deleteOne(client, bucket, key));
    await dropBytes(bucket, rows);
    return c.json({ message: 'Successfully deleted' });
  });

  return routes;
}
