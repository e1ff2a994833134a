import { cannot, type Layer } from '@hybrid-supabase/core';
import { createPoliciesPort, createSqlPort } from '@hybrid-supabase/sql';
import { createBucketsPort } from './buckets-port.js';
import { createConnection } from './connection.js';
import { lacksOf } from './lacks.js';
import type { McpClient } from './mcp-client.js';
import type { McpPorts } from './mcp-ports.js';
import type { McpConnector } from './mcp-session.js';
import { createMigrationsPort } from './migrations-port.js';
import { readyClient } from './ready-client.js';
import { createSqlBackend } from './sql-backend.js';
import { createToolCaller } from './tool-caller.js';
import { withoutWrites } from './without-writes.js';

/** What {@link createMcpLayer} needs. */
export interface McpLayerOptions {
  /** `stdio(…)`, or a client that is connected already; such a client belongs to the layer from here on and is never connected again. */
  readonly connect: McpConnector | McpClient;
  /** Reference of the project; sent only to a session that is not confined to one project. */
  readonly projectRef: string;
  /** @default 'mcp' */
  readonly name?: string;
  /** Nothing may be written. Verified on every connection: a session that could write is refused. @default false */
  readonly readOnly?: boolean;
}

/** Layer "mcp": real tool calls on the official server. Starts nothing before the first call. Throws for wrong options, at once. */
export const createMcpLayer = (options: McpLayerOptions): Layer<McpPorts> => {
  const { connect, projectRef, name = 'mcp', readOnly = false } = options;
  if (!projectRef) throw new TypeError('createMcpLayer: `projectRef` must be the reference of a project.');
  if (!name) throw new TypeError('createMcpLayer: `name` must not be empty.');
  const connection = createConnection({ layer: name, connector: connectorOf(connect), readOnly });
  const tools = createToolCaller({ layer: name, connection, projectRef });
  const lacks = lacksOf(readOnly);
  const sql = createSqlPort(createSqlBackend(name, tools));
  const ports: McpPorts = {
    sql,
    migrations: createMigrationsPort({ layer: name, tools }),
    buckets: createBucketsPort({ layer: name, tools, sql, lacks }),
    policies: createPoliciesPort({ sql, layer: name }),
  };
  return {
    contract: 1,
    name,
    authority: { role: 'postgres', readOnly },
    sharedFate: ['mcp-edge', 'management-api', 'postgres'],
    lacks,
    ports: readOnly ? withoutWrites(ports, (operation) => cannot(name, lacks[operation])) : ports,
    probe: async (call) => (await sql.read({ text: 'select 1 as one', values: [] }, call)).map(() => undefined),
    close: () => connection.close(),
  };
};

const connectorOf = (connect: McpConnector | McpClient): McpConnector =>
  'open' in connect ? connect : readyClient(connect);
