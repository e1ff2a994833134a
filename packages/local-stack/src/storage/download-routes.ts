import { Hono } from 'hono';
import { placeOf, placePattern } from './object-place.js';
import { guardedRequester, readerOf } from './requester.js';
import { sendObject } from './send-object.js';
import { signedPlace } from './signed-token.js';
import type { StorageContext, StorageEnv } from './storage-context.js';
import { findPublic, findSigned, findVisible } from './visible-object.js';

/** Every way to read bytes. Hono answers HEAD by these GET routes. */
export function downloadRoutes(context: StorageContext): Hono<StorageEnv> {
  const routes = new Hono<StorageEnv>();

  routes.get(`/public${placePattern}`, (c) =>
    sendObject(context, c, { place: placeOf(c), find: findPublic(context, 'object.get_public') }),
  );

  routes.get(`/sign${placePattern}`, (c) => {
    const { place, expires } = signedPlace(context, c, 'download');
    return sendObject(context, c, { place, expires, find: findSigned(context, 'object.get_signed') });
  });

  routes.get(`/authenticated${placePattern}`, (c) => {
    const find = findVisible(context, guardedRequester(context, c), 'object.get_authenticated');
    return sendObject(context, c, { place: placeOf(c), find });
  });

  routes.get(placePattern, (c) => {
    const find = findVisible(context, readerOf(context, c), 'object.get_authenticated');
    return sendObject(context, c, { place: placeOf(c), find });
  });

  return routes;
}
