import { timingSafeEqual } from 'node:crypto';
import { Hono, type Context } from 'hono';
import type { Keys } from '../directory/keys.js';
import type { JsonRow, ProjectSql } from './project-sql.js';
import type { StorageConfigStore } from './storage-config.js';

/** What the routes stand on. */
export interface ManagementRoutesOptions {
  readonly keys: Pick<Keys, 'projectRef' | 'accessToken' | 'anonKey' | 'serviceRoleKey'>;
  readonly sql: ProjectSql;
  readonly storageConfig: StorageConfigStore;
}

const migrationsText = 'select version, name from supabase_migrations.schema_migrations order by version';
const bucketsText = 'select id, name, owner, created_at, updated_at, public from storage.buckets order by id';
const versionText = `select current_setting('server_version') as version`;

/** The part of the Management API that the official MCP server needs for SQL, migrations and storage settings. */
export function createManagementRoutes({ keys, sql, storageConfig }: ManagementRoutesOptions): Hono {
  const app = new Hono();
  app.use('/v1/*', async (context, next) =>
    isBearer(context, keys.accessToken) ? next() : context.json({ message: 'Unauthorized' }, 401),
  );
  app.get('/v1/projects', async (context) => context.json([await describeProject()]));
  const project = new Hono();
  project.get('/', async (context) => context.json(await describeProject()));
  project.post('/database/query', (context) => runQuery(context, sql));
  project.get('/database/migrations', (context) => list(context, migrationsText));
  project.post('/database/migrations', (context) => migrate(context, sql));
  project.get('/storage/buckets', (context) => list(context, bucketsText));
  project.get('/config/storage', (context) => context.json(shown(storageConfig)));
  project.patch('/config/storage', async (context) => {
    const updated = await storageConfig.update(await bodyOf(context));
    return updated.match(
      () => context.json({}, 200),
      (message) => context.json({ message }, 400),
    );
  });
  project.get('/api-keys', (context) => context.json(apiKeys(keys, context.req.query('reveal') === 'true')));
  project.get('/api-keys/legacy', (context) => context.json({ enabled: true }));
  app.use('/v1/projects/:ref/*', async (context, next) =>
    context.req.param('ref') === keys.projectRef ? next() : context.json({ message: 'Project not found' }, 404),
  );
  app.route('/v1/projects/:ref', project);
  app.all('/v1/*', (context) => context.json({ message: notServed }, 404));
  return app;

  async function list(context: Context, query: string): Promise<Response> {
    const rows = await sql.run({ query, readOnly: false });
    return rows.match(
      (found) => context.json(found),
      ({ status, message }) => context.json({ message }, status),
    );
  }

  async function describeProject(): Promise<JsonRow> {
    const rows = await sql.run({ query: versionText, readOnly: true });
    const version = rows.map(([row]) => row?.['version']).unwrapOr(undefined);
    return {
      id: keys.projectRef,
      ref: keys.projectRef,
      organization_id: 'local',
      name: 'local stack',
      region: 'local',
      created_at: '1970-01-01T00:00:00Z',
      status: rows.isOk() ? 'ACTIVE_HEALTHY' : 'INACTIVE',
      database: { host: '127.0.0.1', version },
    };
  }
}

const notServed =
  'The local stack does not serve this endpoint. It has SQL, migrations, buckets, storage configuration and API keys.';

async function runQuery(context: Context, sql: ProjectSql): Promise<Response> {
  const { query, parameters, read_only: readOnly = false } = await bodyOf(context);
  if (typeof query !== 'string' || query.trim() === '') return context.json({ message: 'query must be a text' }, 400);
  if (typeof readOnly !== 'boolean') return context.json({ message: 'read_only must be true or false' }, 400);
  if (parameters !== undefined && !Array.isArray(parameters))
    return context.json({ message: 'parameters must be a list' }, 400);
  const rows = await sql.run({ query, readOnly, ...(parameters === undefined ? {} : { parameters }) });
  return rows.match(
    (found) => context.json(found, 201),
    ({ status, message }) => context.json({ message }, status),
  );
}

async function migrate(context: Context, sql: ProjectSql): Promise<Response> {
  const { query, name = '' } = await bodyOf(context);
  if (typeof query !== 'string' || query.trim() === '') return context.json({ message: 'query must be a text' }, 400);
  if (typeof name !== 'string') return context.json({ message: 'name must be a text' }, 400);
  const applied = await sql.migrate(name, query);
  return applied.match(
    () => context.json({}, 200),
    ({ status, message }) => context.json({ message }, status),
  );
}

/** An unreadable body is an empty one: what it lacks is then named. */
async function bodyOf(context: Context): Promise<Readonly<Record<string, unknown>>> {
  const value: unknown = await context.req.json().catch(() => undefined);
  return typeof value === 'object' && value !== null && !Array.isArray(value) ? { ...value } : {};
}

function isBearer(context: Context, accessToken: string): boolean {
  const given = Buffer.from(context.req.header('authorization') ?? '');
  const expected = Buffer.from(`Bearer ${accessToken}`);
  return given.length === expected.length && timingSafeEqual(given, expected);
}

const shown = (storageConfig: StorageConfigStore): JsonRow => ({
  ...storageConfig.current(),
  capabilities: { list_v2: true, iceberg_catalog: false },
  external: { upstreamTarget: 'main' },
});

/** The service key leaves only for those who ask to see it. */
const apiKeys = ({ anonKey, serviceRoleKey }: ManagementRoutesOptions['keys'], reveal: boolean): readonly JsonRow[] => [
  { name: 'anon', id: 'anon', type: 'legacy', api_key: anonKey, description: 'Legacy anon API key' },
  {
    name: 'service_role',
    id: 'service_role',
    type: 'legacy',
    api_key: reveal ? serviceRoleKey : '········',
    description: 'Legacy service_role API key',
  },
];
