import { Hono } from 'hono';
import { z } from 'zod';
import { findObject } from './object-rows.js';
import { placeOf, placePattern } from './object-place.js';
import { jsonBody } from './request-json.js';
import { guardedRequester } from './requester.js';
import { signedToken } from './signed-token.js';
import { inOperation, type StorageContext, type StorageEnv, type StorageRequest } from './storage-context.js';

const expiresIn = z.int().min(1);
const one = z.object({ expiresIn });
const many = z.object({ expiresIn, paths: z.array(z.string()).min(1) });

/** `POST /object/sign`: addresses that let anybody download until they expire. */
export function signRoutes(context: StorageContext): Hono<StorageEnv> {
  const routes = new Hono<StorageEnv>();
  const addressOf = (url: string, seconds: number): string =>
    `/object/sign/${url}?token=${signedToken(context, { url, scope: 'download', seconds })}`;

  routes.post('/:bucket', async (c) => {
    const who = guardedRequester(context, c);
    const bucket = c.req.param('bucket');
    const asked = await jsonBody(c, many);
    const found = await inOperation(context, who, 'object.sign_many', (client) =>
      client.query<{ name: string }>('select name from storage.objects where bucket_id = $1 and name = any($2)', [
        bucket,
        asked.paths,
      ]),
    );
    const names = new Set(found.rows.map((row) => row.name));
    const answers = asked.paths.map((path) =>
      names.has(path)
        ? { path, error: null, signedURL: addressOf(`${bucket}/${path}`, asked.expiresIn) }
        : { path, error: 'Either the object does not exist or you do not have access to it', signedURL: null },
    );
    return c.json(answers);
  });

  routes.post(placePattern, async (c) => {
    const who = guardedRequester(context, c);
    const { bucket, key } = placeOf(c);
    const asked = await jsonBody(c, one);
    await inOperation(context, who, 'object.sign', (client) => findObject(client, bucket, key));
    return c.json({ signedURL: addressOf(addressedText(c), asked.expiresIn) });
  });

  return routes;
}

/** Hono decodes a path as `decodeURI` does, and that is all the hosted service undoes before it signs: `%2B` stays. */
const addressedText = (c: StorageRequest): string => c.req.path.slice(c.req.path.indexOf('/object/sign/') + 13);
