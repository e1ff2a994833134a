import type { ToolName } from './tool-table.js';

/** Tools whose one request does several things: a refusal may come after the first of them. */
export const branchWork: ReadonlySet<ToolName> = new Set<ToolName>([
  'create_branch',
  'merge_branch',
  'reset_branch',
  'rebase_branch',
  'delete_branch',
]);
