import { operationNames, operations, type Layer } from '@hybrid-supabase/core';
import type { McpOperation } from './mcp-ports.js';
import { operationTools } from './operation-tools.js';
import type { SessionTools } from './session-tools.js';
import { toolTable } from './tool-table.js';

/** What the layer cannot do, by operation, and why. */
export type Lacks = Layer['lacks'];

/** What is known of a session before it is open. */
export interface Configuration {
  readonly readOnly: boolean;
  /** Tool groups that were asked for; nothing when somebody else connects. */
  readonly features: readonly string[] | undefined;
  /** The project's address, where it is known. */
  readonly projectUrl: string | undefined;
}

const bytesStay =
  'Through SQL the rows of the objects would go and their bytes would stay; a layer over the Storage API can do it.';
const readOnlySession = 'The session is read-only.';
const addressUnknown =
  'Under a Management API that is not the hosted one the address of a project cannot be known; give `projectUrl`.';

const isOurs = (name: string): name is McpOperation => name in operationTools;
const ours: readonly McpOperation[] = operationNames.filter(isOurs);

/** Gaps that the configuration alone decides: nothing has to be connected to know them. */
export const configuredLacks = ({ readOnly, features, projectUrl }: Configuration): Lacks => ({
  ...reasons((name) => (readOnly && changes(name) ? readOnlySession : featureGap(name, features))),
  'buckets.empty': bytesStay,
  'buckets.delete': bytesStay,
  ...(projectUrl === undefined ? { 'project.url': addressUnknown } : {}),
});

/** Gaps that the session's own list of tools shows. */
export const discoveredLacks = (tools: SessionTools): Lacks =>
  reasons((name) => (tools.readOnly && changes(name) ? readOnlySession : firstObstacle(name, tools)));

const changes = (name: McpOperation): boolean => operations[name].effect !== 'read';

const featureGap = (name: McpOperation, features: readonly string[] | undefined): string | undefined => {
  if (features === undefined) return undefined;
  const wanted = operationTools[name].map((tool) => toolTable[tool].feature);
  const missing = wanted.find((feature) => !features.includes(feature));
  return missing === undefined ? undefined : `The session is started without the feature ${missing}.`;
};

const firstObstacle = (name: McpOperation, tools: SessionTools): string | undefined => {
  for (const tool of operationTools[name]) {
    const obstacle = tools.obstacle(tool);
    if (obstacle !== undefined) return obstacle;
  }
  return undefined;
};

const reasons = (why: (name: McpOperation) => string | undefined): Lacks =>
  Object.fromEntries(ours.flatMap((name) => [[name, why(name)] as const]).filter(([, reason]) => reason !== undefined));
