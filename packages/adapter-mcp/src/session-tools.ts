import { z } from 'zod';

/** What one session can do, read from its own list of tools and never from its version. */
export interface SessionTools {
  has(tool: string): boolean;
  /** Every tool wants to be told the project: the session is not confined to one. */
  readonly wantsProjectId: boolean;
  /** The session promises that its SQL cannot write. */
  readonly readOnly: boolean;
}

const listedTools = z.object({
  tools: z.array(
    z.object({
      name: z.string(),
      inputSchema: z.object({ properties: z.record(z.string(), z.unknown()).optional() }).optional(),
      annotations: z.object({ readOnlyHint: z.boolean().optional() }).optional(),
    }),
  ),
});

/** Reads the answer to `tools/list`; nothing when it is no such answer. */
export const readSessionTools = (reply: unknown): SessionTools | undefined => {
  const parsed = listedTools.safeParse(reply);
  if (!parsed.success) return undefined;
  const byName = new Map(parsed.data.tools.map((tool) => [tool.name, tool]));
  const sql = byName.get('execute_sql');
  return {
    has: (tool) => byName.has(tool),
    wantsProjectId: [...byName.values()].some((tool) => tool.inputSchema?.properties?.['project_id'] !== undefined),
    // Both signs: a mistyped flag is ignored in silence and leaves a session that writes (supabase/mcp#212).
    readOnly: sql?.annotations?.readOnlyHint === true && !byName.has('apply_migration'),
  };
};
