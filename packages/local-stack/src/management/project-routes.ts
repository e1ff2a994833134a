import { Hono } from 'hono';
import { describeProject } from './describe-project.js';
import { insightRoutes } from './insight-routes.js';
import { jsonBody } from './json-body.js';
import type { ManagedProject } from './managed-project.js';
import type { ProjectEnv, ProjectRequest } from './project-env.js';
import type { JsonRow } from './project-sql.js';

const migrationsText = 'select version, name from supabase_migrations.schema_migrations order by version';
const bucketsText = 'select id, name, owner, created_at, updated_at, public from storage.buckets order by id';

/** What the official MCP server asks of one project: SQL, migrations, storage settings and keys. */
export function projectRoutes(): Hono<ProjectEnv> {
  const routes = new Hono<ProjectEnv>();
  routes.get('/', async (context) => context.json(await describeProject(context.var.project)));
  routes.post('/database/query', runQuery);
  routes.get('/database/migrations', (context) => list(context, migrationsText));
  routes.post('/database/migrations', migrate);
  routes.get('/storage/buckets', (context) => list(context, bucketsText));
  routes.get('/config/storage', (context) => context.json(storageConfigOf(context.var.project)));
  routes.patch('/config/storage', async (context) => {
    const updated = await context.var.project.storageConfig.update(await jsonBody(context));
    return updated.match(
      () => context.json({}, 200),
      (message) => context.json({ message }, 400),
    );
  });
  routes.get('/api-keys', (context) =>
    context.json(apiKeys(context.var.project, context.req.query('reveal') === 'true')),
  );
  routes.get('/api-keys/legacy', (context) => context.json({ enabled: true }));
  routes.route('/', insightRoutes());
  return routes;
}

async function list(context: ProjectRequest, query: string): Promise<Response> {
  const rows = await context.var.project.sql.run({ query, readOnly: false });
  return rows.match(
    (found) => context.json(found),
    ({ status, message }) => context.json({ message }, status),
  );
}

async function runQuery(context: ProjectRequest): Promise<Response> {
  const { query, parameters, read_only: readOnly = false } = await jsonBody(context);
  if (typeof query !== 'string' || query.trim() === '') return context.json({ message: 'query must be a text' }, 400);
  if (typeof readOnly !== 'boolean') return context.json({ message: 'read_only must be true or false' }, 400);
  if (parameters !== undefined && !Array.isArray(parameters))
    return context.json({ message: 'parameters must be a list' }, 400);
  const asked = { query, readOnly, ...(parameters === undefined ? {} : { parameters }) };
  const rows = await context.var.project.sql.run(asked);
  return rows.match(
    (found) => context.json(found, 201),
    ({ status, message }) => context.json({ message }, status),
  );
}

async function migrate(context: ProjectRequest): Promise<Response> {
  const { query, name = '' } = await jsonBody(context);
  if (typeof query !== 'string' || query.trim() === '') return context.json({ message: 'query must be a text' }, 400);
  if (typeof name !== 'string') return context.json({ message: 'name must be a text' }, 400);
  const applied = await context.var.project.sql.migrate(name, query);
  return applied.match(
    () => context.json({}, 200),
    ({ status, message }) => context.json({ message }, status),
  );
}

const storageConfigOf = ({ storageConfig }: ManagedProject): JsonRow => ({
  ...storageConfig.current(),
  capabilities: { list_v2: true, iceberg_catalog: false },
  external: { upstreamTarget: 'main' },
});

/** The service key leaves only for those who ask to see it. */
const apiKeys = ({ keys: { anonKey, serviceRoleKey } }: ManagedProject, reveal: boolean): readonly JsonRow[] => [
  { name: 'anon', id: 'anon', type: 'legacy', api_key: anonKey, description: 'Legacy anon API key' },
  {
    name: 'service_role',
    id: 'service_role',
    type: 'legacy',
    api_key: reveal ? serviceRoleKey : '········',
    description: 'Legacy service_role API key',
  },
];
