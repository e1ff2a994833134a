import type { Method, OperationName } from '@hybrid-supabase/core';
import type { PostgresPorts } from './postgres-ports.js';

/** The same ports, with a refusal in the place of everything that could write. */
export const withoutWrites = (
  { sql, migrations, policies }: PostgresPorts,
  refuse: (name: OperationName) => Method<unknown, never>,
): PostgresPorts => ({
  sql: { ...sql, write: refuse('sql.write'), batch: refuse('sql.batch'), settle: refuse('sql.settle') },
  migrations: { ...migrations, apply: refuse('migrations.apply') },
  policies: { ...policies, create: refuse('policies.create'), drop: refuse('policies.drop') },
});
