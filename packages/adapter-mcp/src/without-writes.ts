import type { Method, OperationName } from '@hybrid-supabase/core';
import type { McpPorts } from './mcp-ports.js';

/** The same ports, with a refusal in the place of everything that could write. */
export const withoutWrites = (
  { sql, migrations, buckets, policies }: McpPorts,
  refuse: (name: OperationName) => Method<unknown, never>,
): McpPorts => ({
  sql: { ...sql, write: refuse('sql.write'), batch: refuse('sql.batch'), settle: refuse('sql.settle') },
  migrations: { ...migrations, apply: refuse('migrations.apply') },
  buckets: { ...buckets, create: refuse('buckets.create'), update: refuse('buckets.update') },
  policies: { ...policies, create: refuse('policies.create'), drop: refuse('policies.drop') },
});
