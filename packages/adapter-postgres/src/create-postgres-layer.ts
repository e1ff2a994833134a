import { setMaxListeners } from 'node:events';
import { cannot, type Layer } from '@hybrid-supabase/core';
import { createPoliciesPort, createSqlPort, defaultMaxResultBytes } from '@hybrid-supabase/sql';
import { createConnections } from './connections.js';
import { lacksOf } from './lacks.js';
import { createMigrationsPort } from './migrations-port.js';
import { createOwnPool, type OwnPool } from './own-pool.js';
import { checkOptions, type PostgresLayerOptions } from './postgres-layer-options.js';
import type { PostgresPorts } from './postgres-ports.js';
import { readCell } from './read-cell.js';
import { createRetirement } from './retirement.js';
import { createSender } from './sender.js';
import { createSqlBackend } from './sql-backend.js';
import { withoutWrites } from './without-writes.js';

/** Layer "postgres": SQL straight to the database. Connects with the first call. Throws for wrong options, at once. */
export const createPostgresLayer = (options: PostgresLayerOptions): Layer<PostgresPorts> => {
  checkOptions(options);
  const { name = 'postgres', role = 'postgres', readOnly = false } = options;
  const { maxResultBytes = defaultMaxResultBytes, maxReplyBytes = 67_108_864, cancelTimeoutMs = 2_000 } = options;
  const closing = new AbortController();
  const closed = closing.signal;
  // Every call in flight listens, and there may be thousands.
  setMaxListeners(0, closed);
  const pool = poolOf(options, readOnly);
  const connections = createConnections({ layer: name, pool, closed });
  const retirement = createRetirement({ cancelTimeoutMs, closed });
  const sender = createSender({ layer: name, connections, retirement, maxReplyBytes, closed });
  const sql = createSqlPort(createSqlBackend({ layer: name, sender, maxReplyBytes }), { maxResultBytes });
  const lacks = lacksOf(readOnly);
  const ports: PostgresPorts = {
    sql,
    migrations: createMigrationsPort({ layer: name, sender, sql }),
    policies: createPoliciesPort({ sql, layer: name }),
  };
  return {
    contract: 1,
    name,
    authority: { role, readOnly },
    sharedFate: ['postgres'],
    lacks,
    ports: readOnly ? withoutWrites(ports, (operation) => cannot(name, lacks[operation])) : ports,
    probe: async (call) =>
      (await sender.send(probeText, call))
        .andThen((answer) => readCell(name, answer, maxReplyBytes))
        .map(() => undefined),
    async close() {
      closing.abort();
      await sender.done();
      await retirement.done();
      await pool.end();
    },
  };
};

const probeText = (statementTimeoutMs: number): string =>
  `set local statement_timeout = ${statementTimeoutMs};\nselect 'ready'::text as hybrid`;

const poolOf = (options: PostgresLayerOptions, readOnly: boolean): OwnPool => {
  const { pool, connectionString, maxConnections = 10, connectTimeoutMs = 10_000, ssl } = options;
  if (pool !== undefined) return { connect: () => pool.connect(), end: async () => undefined };
  return createOwnPool({ connectionString, readOnly, maxConnections, connectTimeoutMs, ssl });
};
