import { err, ok, type Result } from 'neverthrow';
import { checkCalls } from './check-calls.js';
import type { SingleStatement } from './single-statement.js';
import type { SqlRejection } from './sql-rejection.js';
import { childOf, isTreeNode, listOf, membersOf, type TreeNode } from './tree.js';

/**
 * Refuses a statement that is no plain read. What a called function does is not known to a parser: that is
 * stopped by the read-only transaction in which the statement runs.
 */
export function checkRead({ type, node }: SingleStatement): Result<void, SqlRejection> {
  if (type === 'VariableShowStmt') return ok();
  if (type === 'ExplainStmt') return checkExplain(node);
  if (type !== 'SelectStmt') return err(notARead(kinds[type] ?? 'This kind of statement is no read.'));
  for (const [name] of membersOf(node)) {
    const why = members[name];
    if (why !== undefined) return err(notARead(why));
  }
  return checkCalls(node, 'read').andThen(() => ok());
}

/** Without `analyze` nothing runs but the planner, so a plan of a change is a read too. */
function checkExplain(explain: TreeNode): Result<void, SqlRejection> {
  const [type, node] = Object.entries(childOf(explain, 'query') ?? {})[0] ?? [];
  if (type === undefined || !isTreeNode(node)) return err(notARead('This kind of explain is no read.'));
  if (isAnalyzed(explain)) return checkRead({ type, node });
  if (!planned.has(type) || isTreeNode(node['intoClause']))
    return err(notARead('Only a query or a change of rows can be explained.'));
  return checkCalls(node, 'read');
}

const planned = new Set(['SelectStmt', 'InsertStmt', 'UpdateStmt', 'DeleteStmt', 'MergeStmt']);

/** In doubt it does: the server knows more ways to write a boolean. */
const isAnalyzed = (explain: TreeNode): boolean =>
  listOf(explain, 'options').some((option) => {
    const { defname: name, arg } = childOf(option, 'DefElem') ?? {};
    return name === 'analyze' && !isOff.test(JSON.stringify(arg ?? null));
  });

const isOff = /^\{"(?:String":\{"sval":"(?:off|false)"|Integer":\{)\}\}$/i;

const kinds: Readonly<Record<string, string>> = {
  InsertStmt: 'An insert is no read.',
  UpdateStmt: 'An update is no read.',
  DeleteStmt: 'A delete is no read.',
  MergeStmt: 'A merge is no read.',
  TransactionStmt: 'A read runs in a transaction of its own and cannot begin or end one.',
  VariableSetStmt: 'A read cannot change settings.',
};

const members: Readonly<Record<string, string>> = {
  InsertStmt: 'A part of the query inserts.',
  UpdateStmt: 'A part of the query updates.',
  DeleteStmt: 'A part of the query deletes.',
  MergeStmt: 'A part of the query merges.',
  lockingClause: 'The query locks rows.',
  intoClause: 'The query creates a table.',
};

const notARead = (message: string): SqlRejection => ({
  kind: 'invalid-request',
  code: 'not-a-read',
  message,
  hint: 'A read is one select, values, table or with that changes nothing, an explain of one, or show; use sql.write for anything else.',
});
