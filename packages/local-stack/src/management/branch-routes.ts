import { randomUUID } from 'node:crypto';
import { Hono, type Context } from 'hono';
import type { Result } from 'neverthrow';
import type { BranchRecord } from '../branches/branch-record.js';
import type { BranchRefusal, Branches } from '../branches/branches.js';
import { jsonBody } from './json-body.js';
import type { JsonRow } from './project-sql.js';

/** `/v1/branches/<id or reference>`: what is asked of one branch. */
export function branchRoutes(branches: Branches, parentRef: string): Hono {
  const routes = new Hono();
  const queued = (context: Context, ordered: Result<void, BranchRefusal>): Response =>
    ordered.match(
      () => context.json({ workflow_run_id: randomUUID(), message: 'ok' }, 201),
      ({ status, message }) => context.json({ message }, status),
    );
  routes.get('/:id', (context) => {
    const found = branches.find(context.req.param('id'));
    return found === undefined
      ? context.json({ message: 'Branch not found' }, 404)
      : context.json(branchJson(found, parentRef));
  });
  routes.delete('/:id', async (context) => {
    const removed = await branches.remove(context.req.param('id'));
    return removed.match(
      () => context.json({ message: 'ok' }, 200),
      ({ status, message }) => context.json({ message }, status),
    );
  });
  routes.post('/:id/merge', async (context) => queued(context, await branches.merge(context.req.param('id'))));
  routes.post('/:id/push', async (context) => queued(context, await branches.rebase(context.req.param('id'))));
  routes.post('/:id/reset', async (context) => {
    const { migration_version: version } = await jsonBody(context);
    if (version !== undefined && typeof version !== 'string')
      return context.json({ message: 'migration_version must be a text' }, 400);
    return queued(context, await branches.reset(context.req.param('id'), version));
  });
  return routes;
}

/** `/v1/projects/<reference>/branches` of the parent. */
export function branchListRoutes(branches: Branches, parentRef: string): Hono {
  const routes = new Hono();
  routes.get('/', (context) => context.json(branches.list().map((record) => branchJson(record, parentRef))));
  routes.post('/', async (context) => {
    const { branch_name: name } = await jsonBody(context);
    if (typeof name !== 'string' || name.trim() === '')
      return context.json({ message: 'branch_name must be a text' }, 400);
    const made = await branches.create(name);
    return made.match(
      (record) => context.json(branchJson(record, parentRef), 201),
      ({ status, message }) => context.json({ message }, status),
    );
  });
  return routes;
}

const branchJson = (record: BranchRecord, parentRef: string): JsonRow => ({
  id: record.id,
  name: record.name,
  project_ref: record.keys.projectRef,
  parent_project_ref: parentRef,
  is_default: record.isDefault,
  persistent: record.isDefault,
  with_data: false,
  status: record.status,
  preview_project_status: record.status === 'CREATING_PROJECT' ? 'COMING_UP' : 'ACTIVE_HEALTHY',
  created_at: record.createdAt,
  updated_at: record.updatedAt,
});
