import type { SingleStatement } from './single-statement.js';
import { childOf, type TreeNode } from './tree.js';

/**
 * Whether the statement makes something temporary that its transaction leaves behind: whoever has the session next finds
 * it before everything else of its name.
 */
export const makesTemporary = ({ type, node }: SingleStatement): boolean => {
  const { table, onCommit } = kinds[type]?.(node) ?? {};
  const isTemporary = table?.['relpersistence'] === 't' || table?.['schemaname'] === 'pg_temp';
  return isTemporary && onCommit !== 'ONCOMMIT_DROP';
};

interface Made {
  readonly table: TreeNode | undefined;
  readonly onCommit?: unknown;
}

const intoOf = (node: TreeNode, member: string): Made => {
  const into = childOf(node, member) ?? {};
  return { table: childOf(into, 'rel'), onCommit: into['onCommit'] };
};

const kinds: Readonly<Record<string, (node: TreeNode) => Made>> = {
  CreateStmt: (node) => ({ table: childOf(node, 'relation'), onCommit: node['oncommit'] }),
  CreateTableAsStmt: (node) => intoOf(node, 'into'),
  SelectStmt: (node) => intoOf(node, 'intoClause'),
  ViewStmt: (node) => ({ table: childOf(node, 'view') }),
  CreateSeqStmt: (node) => ({ table: childOf(node, 'sequence') }),
};
