import { err, ok, type Result } from 'neverthrow';
import type { ParsedSql } from './parser.js';
import type { SqlRejection } from './sql-rejection.js';
import { isTreeNode, type TreeNode } from './tree.js';

/** One statement: what PostgreSQL calls its kind (`SelectStmt`) and its tree. */
export interface SingleStatement {
  readonly type: string;
  readonly node: TreeNode;
}

/** The one statement of a parsed text; none, or several, is refused. */
export function singleStatement({ statements }: ParsedSql): Result<SingleStatement, SqlRejection> {
  if (statements.length > 1) return err(several);
  const [statement] = statements;
  const [type, node] = isTreeNode(statement) ? (Object.entries(statement)[0] ?? []) : [];
  return type !== undefined && isTreeNode(node) ? ok({ type, node }) : err(empty);
}

const several: SqlRejection = {
  kind: 'invalid-request',
  code: 'several-statements',
  message: 'The text holds several statements.',
  hint: 'Send one statement, or all of them in one batch.',
};

const empty: SqlRejection = {
  kind: 'invalid-request',
  code: 'empty-statement',
  message: 'The text holds no statement.',
  hint: 'Send one statement.',
};
