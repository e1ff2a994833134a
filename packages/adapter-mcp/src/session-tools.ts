import { z } from 'zod';
import { toolTable, type KnownTool, type ToolName } from './tool-table.js';

/** The arguments of a tool, without the project: that is added where the tool wants it. */
export type ToolArguments = Readonly<Record<string, unknown>>;

/** What one session can do, read from its own list of tools and their schemas, never from its version. */
export interface SessionTools {
  has(tool: ToolName): boolean;
  /** Why this tool cannot be called here with what we have to say; nothing when it can. */
  obstacle(tool: ToolName): string | undefined;
  /** The arguments as this session's schema wants them. */
  argumentsFor(tool: ToolName, args: ToolArguments, projectRef: string): ToolArguments;
  /** The session promises that its SQL cannot write. */
  readonly readOnly: boolean;
}

const argument = z.looseObject({ default: z.unknown() }).partial();
const listedTool = z.object({
  name: z.string(),
  inputSchema: z
    .object({
      properties: z.record(z.string(), argument.catch({})).optional(),
      required: z.array(z.string()).optional(),
      additionalProperties: z.unknown().optional(),
    })
    .optional(),
  annotations: z.object({ readOnlyHint: z.boolean().optional() }).optional(),
});
const listedTools = z.object({ tools: z.array(listedTool) });
type ListedTool = z.infer<typeof listedTool>;

/** Reads the answer to `tools/list`; nothing when it is no such answer. */
export const readSessionTools = (reply: unknown): SessionTools | undefined => {
  const parsed = listedTools.safeParse(reply);
  if (!parsed.success) return undefined;
  const byName = new Map(parsed.data.tools.map((tool) => [tool.name, tool]));
  const sql = byName.get('execute_sql');
  return {
    has: (tool) => byName.has(tool),
    obstacle: (tool) => obstacleOf(tool, byName.get(tool)),
    argumentsFor: (tool, args, projectRef) => argumentsOf(byName.get(tool), toolTable[tool], args, projectRef),
    // Both signs: a mistyped flag is ignored in silence and leaves a session that writes (supabase/mcp#212).
    readOnly: sql?.annotations?.readOnlyHint === true && !byName.has('apply_migration'),
  };
};

const project = 'project_id';

const obstacleOf = (name: ToolName, tool: ListedTool | undefined): string | undefined => {
  const { feature, sends, maySend = [] }: KnownTool = toolTable[name];
  if (tool === undefined)
    return `The session of the MCP server has no tool ${name}; it belongs to the feature ${feature}.`;
  const known = [project, ...sends, ...maySend];
  const wanted = requiredOf(tool).find((each) => !known.includes(each));
  if (wanted !== undefined) return `The tool ${name} of this server wants an argument that we do not know: ${wanted}.`;
  const refused = sends.find((each) => !takes(tool, each));
  return refused === undefined ? undefined : `The tool ${name} of this server does not take the argument ${refused}.`;
};

// What has a default is listed as required all the same, and may be left out.
const requiredOf = ({ inputSchema }: ListedTool): readonly string[] =>
  (inputSchema?.required ?? []).filter((name) => inputSchema?.properties?.[name]?.default === undefined);

const lists = ({ inputSchema }: ListedTool, name: string): boolean => inputSchema?.properties?.[name] !== undefined;

// An unlisted argument is an error only where the schema is closed.
const takes = (tool: ListedTool, name: string): boolean =>
  tool.inputSchema?.additionalProperties !== false || lists(tool, name);

const argumentsOf = (
  tool: ListedTool | undefined,
  { sends, maySend = [] }: KnownTool,
  args: ToolArguments,
  projectRef: string,
): ToolArguments => {
  const sent = [...sends, ...maySend.filter((name) => tool === undefined || takes(tool, name))];
  const given = Object.entries(args).filter(([name, value]) => value !== undefined && sent.includes(name));
  const own = tool !== undefined && lists(tool, project) ? [[project, projectRef] as const] : [];
  return Object.fromEntries([...own, ...given]);
};
