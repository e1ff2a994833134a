import { timingSafeEqual } from 'node:crypto';
import { Hono, type Context } from 'hono';
import type { Branches } from '../branches/branches.js';
import { branchListRoutes, branchRoutes } from './branch-routes.js';
import { describeProject, organization } from './describe-project.js';
import type { ManagedProject } from './managed-project.js';
import type { ProjectEnv } from './project-env.js';
import { projectRoutes } from './project-routes.js';

/** What the routes stand on. */
export interface ManagementRoutesOptions {
  readonly accessToken: string;
  readonly project: ManagedProject;
  readonly branches: Branches;
}

/** The part of the Management API that the official MCP server needs. */
export function createManagementRoutes({ accessToken, project, branches }: ManagementRoutesOptions): Hono<ProjectEnv> {
  const app = new Hono<ProjectEnv>();
  app.use('/v1/*', async (context, next) =>
    isBearer(context, accessToken) ? next() : context.json({ message: 'Unauthorized' }, 401),
  );
  app.get('/v1/organizations', (context) => context.json([organization]));
  app.get('/v1/organizations/:id', (context) =>
    context.req.param('id') === organization.id
      ? context.json({ ...organization, plan: 'free', opt_in_tags: [], allowed_release_channels: ['ga'] })
      : context.json({ message: 'Organization not found' }, 404),
  );
  app.get('/v1/projects', async (context) => context.json([await describeProject(project)]));
  app.route('/v1/branches', branchRoutes(branches, project.ref));
  app.route(`/v1/projects/${project.ref}/branches`, branchListRoutes(branches, project.ref));
  app.use('/v1/projects/:ref/*', async (context, next) => {
    const ref = context.req.param('ref');
    const found = ref === project.ref ? project : branches.project(ref);
    if (found === undefined) return context.json({ message: 'Project not found' }, 404);
    context.set('project', found);
    return next();
  });
  app.route('/v1/projects/:ref', projectRoutes());
  app.all('/v1/*', (context) => context.json({ message: notServed }, 404));
  return app;
}

const notServed =
  'The local stack does not serve this endpoint. It has SQL, migrations, branches, buckets, storage configuration, API keys, types, advice and logs.';

function isBearer(context: Context, accessToken: string): boolean {
  const given = Buffer.from(context.req.header('authorization') ?? '');
  const expected = Buffer.from(`Bearer ${accessToken}`);
  return given.length === expected.length && timingSafeEqual(given, expected);
}
