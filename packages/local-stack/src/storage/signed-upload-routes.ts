import { Hono } from 'hono';
import { placeOf, placePattern } from './object-place.js';
import { guardedRequester, ownerOf } from './requester.js';
import { signedPlace, signedToken } from './signed-token.js';
import type { StorageContext, StorageEnv } from './storage-context.js';
import { uploadObject } from './upload-object.js';
import { checkMayWrite } from './write-object.js';

/** The hosted service's lifetime; the caller cannot choose it. */
const lifetimeSeconds = 2 * 60 * 60;

/** `/object/upload/sign`: `POST` makes a token, `PUT` uploads with it and needs no other right. */
export function signedUploadRoutes(context: StorageContext): Hono<StorageEnv> {
  const routes = new Hono<StorageEnv>();

  routes.post(placePattern, async (c) => {
    const who = guardedRequester(context, c);
    const place = placeOf(c);
    const upsert = c.req.header('x-upsert') === 'true';
    const owner = ownerOf(who);
    const object = { ...place, owner, metadata: {}, userMetadata: null };
    await checkMayWrite(context, who, 'object.sign_upload_url', { object, upsert });
    const url = `${place.bucket}/${place.key}`;
    const grant = {
      url,
      scope: 'upload',
      seconds: lifetimeSeconds,
      upsert,
      ...(owner !== undefined && { owner }),
    } as const;
    const token = signedToken(context, grant);
    return c.json({ url: `/object/upload/sign/${url}?token=${token}`, token });
  });

  routes.put(placePattern, async (c) => {
    const { place, claims } = signedPlace(context, c, 'upload');
    const owner = typeof claims['owner'] === 'string' ? claims['owner'] : undefined;
    const upsert = claims['upsert'] === true;
    await uploadObject(context, c, { ...place, operation: 'object.upload_signed', upsert, owner, who: undefined });
    return c.json({ Key: `${place.bucket}/${place.key}` });
  });

  return routes;
}
