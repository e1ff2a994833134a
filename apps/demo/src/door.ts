import { createMcpLayer, stdio } from '@hybrid-supabase/adapter-mcp';
import { createPostgresLayer } from '@hybrid-supabase/adapter-postgres';
import { createSupabaseLayer } from '@hybrid-supabase/adapter-supabase';
import type { Layer } from '@hybrid-supabase/core';
import { createHybrid, type RoutingPolicy } from '@hybrid-supabase/routing-policy';
import { sqlSemantics } from '@hybrid-supabase/sql';
import type { McpSettings, Settings, SupabaseSettings } from './settings.js';

/** What the composition root may watch. */
export interface DoorOptions {
  /** Called with the process id of each MCP server that is started. */
  readonly onChildStarted?: (pid: number) => void;
  /** What it says outranks the preset. */
  readonly policy?: RoutingPolicy;
}

/** Puts the layers that the settings allow behind one door. Connects nothing yet. */
export const openDoor = ({ mcp, supabase, postgres }: Settings, options: DoorOptions = {}) =>
  createHybrid({
    layers: [
      ...(mcp ? [mcpLayer(mcp, options)] : []),
      ...(supabase ? [supabaseLayer(supabase)] : []),
      ...(postgres ? [createPostgresLayer(postgres)] : []),
    ],
    semantics: sqlSemantics,
    ...(options.policy && { policy: options.policy }),
  });

/** The door that {@link openDoor} gives. */
export type Door = ReturnType<typeof openDoor>;

const mcpLayer = (settings: McpSettings, { onChildStarted }: DoorOptions): Layer =>
  createMcpLayer({
    projectRef: settings.projectRef,
    connect: stdio({ ...settings, ...(onChildStarted ? { onChildStarted } : {}) }),
  });

const supabaseLayer = ({ url, serviceRoleKey }: SupabaseSettings): Layer =>
  createSupabaseLayer({ url, key: serviceRoleKey });
