import { cannot, type Layer } from '@hybrid-supabase/core';
import {
  createCoalescingBackend,
  createPoliciesPort,
  createSqlPort,
  defaultMaxResultBytes,
  type SqlBackend,
} from '@hybrid-supabase/sql';
import { createConsent } from './branch-cost.js';
import { createBranchesPort } from './branches-port.js';
import { createBucketsPort } from './buckets-port.js';
import { systemClock, type Clock } from './clock.js';
import { createConfigPort } from './config-port.js';
import { createConnection, type Connection } from './connection.js';
import { guardedPorts } from './guarded-ports.js';
import { configuredLacks, discoveredLacks, type Lacks } from './lacks.js';
import { createLanes } from './lanes.js';
import { checkMcpLayerOptions, type McpLayerOptions } from './mcp-layer-options.js';
import type { McpClient } from './mcp-client.js';
import type { McpPorts } from './mcp-ports.js';
import type { McpConnector } from './mcp-session.js';
import { createMeter, freeMeter, type Meter } from './meter.js';
import { createMigrationsPort } from './migrations-port.js';
import { createProjectPort } from './project-port.js';
import { documentedLimits } from './rate-limits.js';
import { readyClient } from './ready-client.js';
import { createSqlBackend } from './sql-backend.js';
import { createToolCaller, type ToolCaller } from './tool-caller.js';

/**
 * Layer "mcp": real tool calls on the official server. Starts nothing before the first call, unless `warm`. Throws
 * for wrong options, at once. Until a session is open, `lacks` says what the options alone rule out; from then on also
 * what the session's list of tools rules out.
 */
export const createMcpLayer = (options: McpLayerOptions): Layer<McpPorts> => {
  checkMcpLayerOptions(options);
  const { projectRef, name = 'mcp', readOnly = false, clock = systemClock, maxInFlight = 32 } = options;
  const connector = connectorOf(options.connect);
  const projectUrl = options.projectUrl ?? hostedUrl(connector, projectRef);
  const configured = configuredLacks({ readOnly, features: connector.features, projectUrl });
  let lacks: Lacks = configured;
  const connect = (): Connection =>
    createConnection({
      layer: name,
      connector,
      readOnly,
      clock,
      // What the options rule out stays ruled out, whatever a session offers.
      onOpened: (tools) => void (lacks = { ...discoveredLacks(tools), ...configured }),
    });
  const others = Array.from({ length: (connector.poolSize ?? 1) - 1 }, connect);
  const connections: readonly [Connection, ...Connection[]] = [connect(), ...others];
  if (options.warm === true) for (const connection of connections) connection.warm();
  const lanes = createLanes({ layer: name, connections, maxInFlight });
  const meter = meterOf(options, connector, { layer: name, clock, closed: lanes.closed });
  const tools = createToolCaller({ layer: name, lanes, projectRef, meter });
  const ports = portsOf(options, { layer: name, tools, clock, projectUrl, closed: lanes.closed });
  return {
    contract: 1,
    name,
    authority: { role: 'postgres', readOnly },
    sharedFate: ['mcp-edge', 'management-api', 'postgres'],
    get lacks() {
      return lacks;
    },
    ports: guardedPorts(ports, name, () => lacks),
    probe: async (call) => (await ports.sql.read({ text: 'select 1 as one', values: [] }, call)).map(() => undefined),
    close: () => lanes.close(),
  };
};

interface Parts {
  readonly layer: string;
  readonly tools: ToolCaller;
  readonly clock: Clock;
  readonly projectUrl: string | undefined;
  readonly closed: AbortSignal;
}

const portsOf = ({ confirmBranchCost, branchPollMs = 5_000, ...options }: McpLayerOptions, parts: Parts): McpPorts => {
  const { layer, tools } = parts;
  const { coalesceReads = false, maxResultBytes = defaultMaxResultBytes } = options;
  const sql = createSqlPort(coalescing(createSqlBackend(layer, tools), coalesceReads), { maxResultBytes });
  const consent = createConsent({ layer, tools, confirmBranchCost });
  return {
    sql,
    migrations: createMigrationsPort({ layer, tools }),
    buckets: createBucketsPort({ layer, tools, sql, refuse: cannot(layer, undefined) }),
    policies: createPoliciesPort({ sql, layer }),
    config: createConfigPort({ layer, tools }),
    branches: createBranchesPort({ ...parts, consent, pollMs: branchPollMs }),
    project: createProjectPort(parts),
  };
};

const coalescing = (backend: SqlBackend, coalesceReads: NonNullable<McpLayerOptions['coalesceReads']>): SqlBackend =>
  coalesceReads === false ? backend : createCoalescingBackend(backend, coalesceReads === true ? {} : coalesceReads);

interface MeterParts {
  readonly layer: string;
  readonly clock: Clock;
  readonly closed: AbortSignal;
}

const meterOf = ({ limits }: McpLayerOptions, { isHosted = false }: McpConnector, parts: MeterParts): Meter => {
  if (limits === 'off' || (limits === undefined && !isHosted)) return freeMeter;
  return createMeter({ ...parts, limits: { ...documentedLimits, ...limits } });
};

const hostedUrl = ({ isHosted = false }: McpConnector, projectRef: string): string | undefined =>
  isHosted ? `https://${projectRef}.supabase.co` : undefined;

const connectorOf = (connect: McpConnector | McpClient): McpConnector =>
  'open' in connect ? connect : readyClient(connect);
