import { Hono } from 'hono';
import type { Database } from '../database.js';
import { syncPath } from '../directory/sync-path.js';
import { bucketRoutes } from './bucket-routes.js';
import { copyRoute } from './copy-route.js';
import { downloadRoutes } from './download-routes.js';
import { badUrl, failureResponse, unknownRoute } from './failure-response.js';
import { infoRoutes } from './info-routes.js';
import { listRoutes } from './list-routes.js';
import { moveRoute } from './move-route.js';
import { createObjectFiles } from './object-files.js';
import { hasDotSegment } from './object-key.js';
import { placePattern } from './object-place.js';
import { removeRoutes } from './remove-routes.js';
import { afterBody } from './request-bytes.js';
import { guardedRequester } from './requester.js';
import { resumableRoutes } from './resumable-routes.js';
import { signRoutes } from './sign-routes.js';
import { signedUploadRoutes } from './signed-upload-routes.js';
import type { StorageContext, StorageEnv } from './storage-context.js';
import { StorageFailure } from './storage-failure.js';
import { uploadRoutes } from './upload-routes.js';
import type { UploadSessions } from './upload-sessions.js';

/** What the routes stand on. */
export interface StorageRoutesOptions {
  readonly database: Database;
  /** Owned by these routes alone; made when first needed. */
  readonly objectsDirectory: string;
  readonly jwtSecret: string;
  /** In bytes; asked at every upload. */
  readonly globalFileSizeLimit: () => Promise<number> | number;
  /** Whether an object's bytes have reached the disk when its upload is answered. */
  readonly durable: boolean;
  /** Resumable uploads of the same directory. */
  readonly sessions: UploadSessions;
}

/** The Storage API v1, to be mounted at `/storage/v1` of an app that @hono/node-server runs. Holds no timer and no open file between requests. */
export function createStorageRoutes(options: StorageRoutesOptions): Hono<StorageEnv> {
  const { objectsDirectory, durable, sessions, ...rest } = options;
  const context: StorageContext = {
    ...rest,
    files: createObjectFiles(objectsDirectory, durable ? { sync: syncPath } : {}),
  };
  const routes = new Hono<StorageEnv>();

  routes.use(async (c, next) => {
    const path = decodedPath(c.env.incoming.url ?? '');
    if (path === undefined) return afterBody(c, badUrl());
    // By now a URL parser has resolved such segments, perhaps into another bucket.
    if (hasDotSegment(path)) throw new StorageFailure('InvalidKey');
    return next();
  });

  routes.onError((thrown, c) => afterBody(c, failureResponse(thrown)));

  routes.route('/bucket', bucketRoutes(context));
  routes.route('/object', listRoutes(context));
  routes.route('/object/move', moveRoute(context));
  routes.route('/object/copy', copyRoute(context));
  routes.route('/object/info', infoRoutes(context));
  routes.route('/object/upload/sign', signedUploadRoutes(context));
  routes.route('/object/sign', signRoutes(context));
  routes.route('/object', downloadRoutes(context));
  routes.route('/object', uploadRoutes(context));
  routes.route('/object', removeRoutes(context));

  routes.route('/upload/resumable', resumableRoutes(context, sessions));

  routes.delete(`/cdn${placePattern}`, (c) => {
    guardedRequester(context, c);
    throw new StorageFailure('MissingParameter');
  });

  routes.all('*', (c) => afterBody(c, unknownRoute()));
  return routes;
}

function decodedPath(url: string): string | undefined {
  try {
    return decodeURIComponent(url.split('?')[0] ?? '');
  } catch {
    return undefined;
  }
}
