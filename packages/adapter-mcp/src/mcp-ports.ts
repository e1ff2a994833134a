import type { OperationName, Ports } from '@hybrid-supabase/core';

/** The ports of layer "mcp". Files are missing by design: the server has no tool that moves bytes. */
export type McpPorts = Pick<Ports, 'sql' | 'migrations' | 'buckets' | 'policies' | 'config' | 'branches' | 'project'>;

/** An operation of {@link McpPorts}. */
export type McpOperation = Extract<OperationName, `${keyof McpPorts}.${string}`>;
