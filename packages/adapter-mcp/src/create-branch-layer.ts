import type { Branch, Layer } from '@hybrid-supabase/core';
import { createMcpLayer } from './create-mcp-layer.js';
import type { McpLayerOptions } from './mcp-layer-options.js';
import type { McpPorts } from './mcp-ports.js';
import type { McpConnector } from './mcp-session.js';

/** What `createBranchLayer` needs: what `createMcpLayer` does, but for the project, which the branch names. */
export interface BranchLayerOptions extends Omit<McpLayerOptions, 'connect' | 'projectRef'> {
  /** As `branches.get`, `list` or `create` gives it. */
  readonly branch: Pick<Branch, 'name' | 'projectRef'>;
  /** Connects to a project: a session that is confined to the parent reaches no branch. */
  connectTo(projectRef: string): McpConnector;
}

/**
 * A branch's own database, buckets and settings as a layer of its own, beside the parent's. It is named after the
 * branch (`mcp:develop`) unless `name` says otherwise. The branch has to be there, and stays when the layer is closed.
 */
export const createBranchLayer = ({ branch, connectTo, ...options }: BranchLayerOptions): Layer<McpPorts> =>
  createMcpLayer({
    name: `mcp:${branch.name}`,
    ...options,
    projectRef: branch.projectRef,
    connect: connectTo(branch.projectRef),
  });
