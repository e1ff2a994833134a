import { Hono } from 'hono';
import type { ObjectRow } from './object-rows.js';
import { placeOf, placePattern } from './object-place.js';
import { guardedRequester, readerOf } from './requester.js';
import type { StorageContext, StorageEnv, StorageRequest } from './storage-context.js';
import { findPublic, findVisible, type FindObject } from './visible-object.js';

/** `/object/info`, in its three kinds. */
export function infoRoutes(context: StorageContext): Hono<StorageEnv> {
  const routes = new Hono<StorageEnv>();
  const answer = async (c: StorageRequest, find: FindObject): Promise<Response> =>
    c.json(infoJson(await find(placeOf(c))));

  routes.get(`/public${placePattern}`, (c) => answer(c, findPublic(context, 'object.info_public')));
  routes.get(`/authenticated${placePattern}`, (c) =>
    answer(c, findVisible(context, guardedRequester(context, c), 'object.info_authenticated')),
  );
  routes.get(placePattern, (c) => answer(c, findVisible(context, readerOf(context, c), 'object.info_authenticated')));
  return routes;
}

const infoJson = (row: ObjectRow): Record<string, unknown> => ({
  id: row.id,
  name: row.name,
  version: row.version,
  bucket_id: row.bucket_id,
  size: row.metadata?.size ?? null,
  content_type: row.metadata?.mimetype ?? null,
  cache_control: row.metadata?.cacheControl ?? null,
  etag: row.metadata?.eTag ?? null,
  metadata: row.user_metadata,
  last_modified: row.updated_at,
  created_at: row.created_at,
});
