import type { Requester } from '../database.js';
import { findBucket } from './bucket-rows.js';
import { inOperation, type StorageContext } from './storage-context.js';

/** Rows first, then bytes: a crash between the two leaves bytes without a row, never the reverse. Unlike the hosted queue it is over when this resolves. */
export async function emptyBucket(context: StorageContext, who: Requester, id: string): Promise<void> {
  const versions = await inOperation(context, who, 'bucket.empty', async (client) => {
    await findBucket(client, id);
    await client.query(`select set_config('storage.allow_delete_query', 'true', true)`);
    const deleted = await client.query<{ version: string | null }>(
      'delete from storage.objects where bucket_id = $1 returning version',
      [id],
    );
    return deleted.rows.map((row) => row.version);
  });
  await context.files.remove(id, versions);
}
