import type { Ports } from '@hybrid-supabase/core';

/** The ports of layer "mcp". Files are missing by design: the server has no tool that moves bytes. */
export type McpPorts = Pick<Ports, 'sql' | 'migrations' | 'buckets' | 'policies'>;
