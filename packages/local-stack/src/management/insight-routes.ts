import { Hono } from 'hono';
import { findAdvice } from './advisors.js';
import { catalogueText } from './catalogue-query.js';
import type { ProjectEnv, ProjectRequest } from './project-env.js';
import { catalogueSchemas, typescriptOf } from './typescript-types.js';

/** What one may learn of a project without asking its rows: types, advice, logs. */
export function insightRoutes(): Hono<ProjectEnv> {
  const routes = new Hono<ProjectEnv>();
  routes.get('/types/typescript', types);
  routes.get('/advisors/security', (context) => advice(context, 'security'));
  routes.get('/advisors/performance', (context) => advice(context, 'performance'));
  // The stack keeps no logs, so every question about them has an empty answer.
  routes.get('/analytics/endpoints/logs', (context) =>
    (context.req.query('sql') ?? '') === ''
      ? context.json({ message: 'sql must be a text' }, 400)
      : context.json({ result: [] }),
  );
  return routes;
}

async function types(context: ProjectRequest): Promise<Response> {
  const schemas = (context.req.query('included_schemas') ?? 'public').split(',').map((name) => name.trim());
  const asked = { query: catalogueText, parameters: [schemas], readOnly: true };
  const rows = await context.var.project.sql.run(asked);
  return rows.match(
    (found) => context.json({ types: typescriptOf(catalogueSchemas.parse(found)) }),
    ({ status, message }) => context.json({ message }, status),
  );
}

async function advice(context: ProjectRequest, type: 'security' | 'performance'): Promise<Response> {
  const found = await findAdvice(context.var.project.sql, type);
  return found.match(
    (lints) => context.json({ lints }),
    ({ status, message }) => context.json({ message }, status),
  );
}
