import { Hono } from 'hono';
import { translating } from './database-failure.js';
import { levelQuery, listLevel } from './list-level.js';
import { listPage, pageQuery } from './list-pages.js';
import { jsonBody } from './request-json.js';
import { guardedRequester } from './requester.js';
import { inOperation, type StorageContext, type StorageEnv } from './storage-context.js';

/** Postgres reads the time in a cursor, and only Postgres knows whether it is one. */
const badTimes = { '22007': 'InvalidParameter', '22008': 'InvalidParameter' } as const;

/** Both ways to list; a bucket that is missing or hidden is an empty one. */
export function listRoutes(context: StorageContext): Hono<StorageEnv> {
  const routes = new Hono<StorageEnv>();

  routes.post('/list/:bucket', async (c) => {
    const who = guardedRequester(context, c);
    const asked = await jsonBody(c, levelQuery);
    const bucket = c.req.param('bucket');
    return c.json(await inOperation(context, who, 'object.list', (client) => listLevel(client, bucket, asked)));
  });

  routes.post('/list-v2/:bucket', async (c) => {
    const who = guardedRequester(context, c);
    const asked = await jsonBody(c, pageQuery);
    const bucket = c.req.param('bucket');
    const page = await translating(badTimes, () =>
      inOperation(context, who, 'object.list_v2', (client) => listPage(client, bucket, asked)),
    );
    return c.json(page);
  });

  return routes;
}
