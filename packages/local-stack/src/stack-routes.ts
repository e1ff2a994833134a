import { Hono } from 'hono';
import { bodyLimit } from 'hono/body-limit';
import type { Branches } from './branches/branches.js';
import type { Database } from './database.js';
import type { Keys } from './directory/keys.js';
import type { Fetch } from './listener.js';
import { createManagementRoutes } from './management/management-routes.js';
import type { ProjectSql } from './management/project-sql.js';
import type { StorageConfigStore } from './management/storage-config.js';
import { createRestRoutes } from './rest/rest-routes.js';
import type { StorageEnv } from './storage/storage-context.js';
import { createStorageRoutes } from './storage/storage-routes.js';
import type { UploadSessions } from './storage/upload-sessions.js';

/** What all routes of a stack stand on. */
export interface StackRoutesOptions {
  readonly database: Database;
  readonly sql: ProjectSql;
  readonly storageConfig: StorageConfigStore;
  readonly keys: Keys;
  readonly branches: Branches;
  readonly objectsDirectory: string;
  /** Whether objects have to survive a power failure, as the rows of the same directory do. */
  readonly durable: boolean;
  readonly sessions: UploadSessions;
}

/** Texts are read into memory; objects of Storage are not, and have their own limits. */
const limited = bodyLimit({
  maxSize: 64 * 1024 * 1024,
  onError: (context) => context.json({ message: 'The body is larger than 64 MiB.' }, 413),
});

/** Everything a stack answers: Storage and REST as the project's own address has them, and the Management API at `/v1`. */
export function createStackRoutes(options: StackRoutesOptions): Fetch {
  const { database, sql, storageConfig, keys, branches, objectsDirectory, durable, sessions } = options;
  const { jwtSecret, accessToken, projectRef: ref } = keys;
  const project = { ref, name: 'local stack', createdAt: '1970-01-01T00:00:00Z', keys, sql, storageConfig };
  const globalFileSizeLimit = (): number => storageConfig.current().fileSizeLimit;
  const app = new Hono<StorageEnv>();
  app.route(
    '/storage/v1',
    createStorageRoutes({ database, objectsDirectory, jwtSecret, globalFileSizeLimit, durable, sessions }),
  );
  app.use('/rest/v1/*', limited);
  app.use('/v1/*', limited);
  app.route('/rest/v1', createRestRoutes({ database, jwtSecret }));
  app.route('/', createManagementRoutes({ accessToken, project, branches }));
  app.notFound((context) => context.json({ message: 'The local stack has nothing at this address.' }, 404));
  app.onError((_error, context) => context.json({ message: 'The local stack failed to answer this request.' }, 500));
  return (request, node) => app.fetch(request, node);
}
