import { Hono } from 'hono';
import { placeOf, placePattern } from './object-place.js';
import { guardedRequester, ownerOf } from './requester.js';
import type { StorageContext, StorageEnv } from './storage-context.js';
import { uploadObject } from './upload-object.js';

/** `POST` creates, or replaces when `x-upsert` says so; `PUT` always does both. */
export function uploadRoutes(context: StorageContext): Hono<StorageEnv> {
  return new Hono<StorageEnv>().on(['POST', 'PUT'], placePattern, async (c) => {
    const who = guardedRequester(context, c);
    const place = placeOf(c);
    const replaces = c.req.method === 'PUT';
    const upsert = replaces || c.req.header('x-upsert') === 'true';
    const operation = replaces ? 'object.upload_update' : 'object.upload';
    const id = await uploadObject(context, c, { ...place, operation, upsert, owner: ownerOf(who), who });
    return c.json({ Key: `${place.bucket}/${place.key}`, Id: id });
  });
}
