import { Hono } from 'hono';
import { z } from 'zod';
import { bucketName } from './bucket-name.js';
import { bucketJson, findBucket, searchBuckets } from './bucket-rows.js';
import { bucketColumns, bucketSettings } from './bucket-settings.js';
import { translating } from './database-failure.js';
import { emptyBucket } from './empty-bucket.js';
import { checked, jsonBody } from './request-json.js';
import { guardedRequester, ownerOf, ownerUuidOf } from './requester.js';
import { inOperation, type StorageContext, type StorageEnv } from './storage-context.js';
import { StorageFailure } from './storage-failure.js';

const newBucket = bucketSettings.extend({ name: z.string(), id: z.string().optional(), type: z.string().optional() });

const listQuery = z.object({
  search: z.string().default(''),
  limit: z.coerce.number().int().min(1).nullable().default(null),
  offset: z.coerce.number().int().min(0).default(0),
  sortColumn: z.enum(['id', 'name', 'created_at', 'updated_at']).default('name'),
  sortOrder: z.enum(['asc', 'desc']).default('asc'),
});

/** `/bucket` and all below it. */
export function bucketRoutes(context: StorageContext): Hono<StorageEnv> {
  const routes = new Hono<StorageEnv>();

  routes.post('/', async (c) => {
    const who = guardedRequester(context, c);
    const { name, id = name, type = 'STANDARD', ...settings } = await jsonBody(c, newBucket);
    bucketName(id);
    if (type !== 'STANDARD') throw new StorageFailure('FeatureNotEnabled');
    const owner = ownerOf(who);
    const row = {
      id,
      name: id,
      owner: ownerUuidOf(owner),
      owner_id: owner ?? null,
      ...(await bucketColumns(context, settings)),
    };
    const columns = Object.keys(row);
    const places = columns.map((_column, index) => `$${index + 1}`);
    const insert = `insert into storage.buckets (${columns.join(', ')}) values (${places.join(', ')})`;
    await translating({ '23505': 'BucketAlreadyExists' }, () =>
      inOperation(context, who, 'bucket.create', (client) => client.query(insert, Object.values(row))),
    );
    return c.json({ name: id });
  });

  routes.get('/', async (c) => {
    const who = guardedRequester(context, c);
    const asked = checked(listQuery, c.req.query(), 'querystring');
    const rows = await inOperation(context, who, 'bucket.list', (client) => searchBuckets(client, asked));
    return c.json(rows.map((row) => ({ ...bucketJson(row), type: row.type })));
  });

  routes.get('/:id', async (c) => {
    const who = guardedRequester(context, c);
    const row = await inOperation(context, who, 'bucket.get', (client) => findBucket(client, c.req.param('id')));
    return c.json(bucketJson(row));
  });

  routes.put('/:id', async (c) => {
    const who = guardedRequester(context, c);
    const columns = await bucketColumns(context, await jsonBody(c, bucketSettings));
    const changes = ['id = id', ...Object.keys(columns).map((column, index) => `${column} = $${index + 2}`)];
    const update = `update storage.buckets set ${changes.join(', ')} where id = $1`;
    const changed = await inOperation(context, who, 'bucket.update', (client) =>
      client.query(update, [c.req.param('id'), ...Object.values(columns)]),
    );
    if (changed.rowCount === 0) throw new StorageFailure('NoSuchBucket');
    return c.json({ message: 'Successfully updated' });
  });

  routes.post('/:id/empty', async (c) => {
    const who = guardedRequester(context, c);
    if (who.role !== 'service_role') throw new StorageFailure('InvalidRole');
    await emptyBucket(context, who, c.req.param('id'));
    return c.json({ message: 'Empty bucket has been queued. Completion may take up to an hour.' });
  });

  routes.delete('/:id', async (c) => {
    const who = guardedRequester(context, c);
    await deleteBucket(context, who, c.req.param('id'));
    return c.json({ message: 'Successfully deleted' });
  });

  return routes;
}

type Who = ReturnType<typeof guardedRequester>;

/** Objects are counted before rights are checked: whoever asks learns that a bucket is not empty, as on the hosted service. */
async function deleteBucket(context: StorageContext, who: Who, id: string): Promise<void> {
  const holds = await inOperation(context, 'superuser', 'bucket.delete', (client) =>
    client.query('select from storage.objects where bucket_id = $1 limit 1', [id]),
  );
  if (holds.rowCount !== 0) throw new StorageFailure('ResourceNotEmpty');
  const deleted = await translating({ '23503': 'ResourceNotEmpty' }, () =>
    inOperation(context, who, 'bucket.delete', async (client) => {
      await client.query(`select set_config('storage.allow_delete_query', 'true', true)`);
      return client.query('delete from storage.buckets where id = $1', [id]);
    }),
  );
  if (deleted.rowCount === 0) throw new StorageFailure('NoSuchBucket');
  await context.files.removeBucket(id);
}
