import type { ManagedProject } from './managed-project.js';
import type { JsonRow } from './project-sql.js';

/** The one organisation of a stack. */
export const organization = { id: 'local', slug: 'local', name: 'Local stack' } as const;

const versionText = `select current_setting('server_version') as version`;

/** A project as the Management API describes it; asked of its database, so that a dead one shows. */
export async function describeProject({ ref, name, createdAt, sql }: ManagedProject): Promise<JsonRow> {
  const rows = await sql.run({ query: versionText, readOnly: true });
  const version = rows.map(([row]) => row?.['version']).unwrapOr(undefined);
  return {
    id: ref,
    ref,
    organization_id: organization.id,
    organization_slug: organization.slug,
    name,
    region: 'local',
    created_at: createdAt,
    status: rows.isOk() ? 'ACTIVE_HEALTHY' : 'INACTIVE',
    database: { host: '127.0.0.1', version },
  };
}
