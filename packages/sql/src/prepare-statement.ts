import type { Statement } from '@hybrid-supabase/core';
import { err, type Result } from 'neverthrow';
import { calledFunctions } from './called-functions.js';
import { checkDecode } from './check-decode.js';
import { keepAnswer } from './kept-answer.js';
import { mainOffset } from './main-offset.js';
import { oncePerTree } from './once-per-tree.js';
import { parseSql, type ParsedSql } from './parser.js';
import { renderStatement } from './render-statement.js';
import { singleStatement, type SingleStatement } from './single-statement.js';
import type { SqlRejection } from './sql-rejection.js';
import type { RenderedStatement } from './sql-request.js';
import { toldColumns } from './told-columns.js';
import { childOf, isTreeNode, listOf, membersOf } from './tree.js';

/** Parses, checks and renders one statement; the check says whether it may go on. */
export async function prepareStatement(
  statement: Statement,
  check: (parsed: SingleStatement) => Result<void, SqlRejection>,
): Promise<Result<RenderedStatement, SqlRejection>> {
  if (!isStatement(statement)) return err(notAStatement);
  const wrongForm = checkDecode(statement.decode);
  if (wrongForm !== undefined) return err(wrongForm);
  const parsed = await parseSql(statement.text);
  return parsed.andThen((found) =>
    singleStatement(found).andThen((single) => check(single).andThen(() => rendered(statement, found, single))),
  );
}

const isStatement = (statement: Partial<Statement> | null | undefined): boolean =>
  typeof statement?.text === 'string' && Array.isArray(statement.values);

const notAStatement: SqlRejection = {
  kind: 'invalid-request',
  code: 'not-a-statement',
  message: 'A statement is not an object with text and values.',
  hint: 'Make it with the sql tag, or give { text, values }.',
};

const rendered = (
  statement: Statement,
  parsed: ParsedSql,
  single: SingleStatement,
): Result<RenderedStatement, SqlRejection> =>
  renderStatement(statement, parsed.tokens).map((text) => answering(text, single));

function answering(text: string, single: SingleStatement): RenderedStatement {
  const { columns, answer, isSpliced, isAlone } = formOf(single);
  if (columns !== undefined) return { text: keepAnswer(text, columns), answer: 'kept', mainAt: 0, alone: true };
  return isSpliced ? spliced(text, answer) : { text, answer, mainAt: 0, ...(isAlone && { alone: true }) };
}

/** What does not depend on the values. */
const formOf = oncePerTree((single) => ({
  columns: toldColumns(single),
  answer: answerOf(single),
  isSpliced: changesInWith(single),
  isAlone: changesTransaction(single),
}));

// Parts of a with that change rows must stand at the top of a statement, so ours is added to their list.
function spliced(text: string, answer: RenderedStatement['answer']): RenderedStatement {
  const mainAt = mainOffset(text);
  return { text, answer: mainAt === 0 ? 'none' : answer, mainAt };
}

const transactionCalls = new Set(['set_config', 'setseed']);

function changesTransaction({ type, node }: SingleStatement): boolean {
  return type === 'SelectStmt' && calledFunctions(node).some((name) => transactionCalls.has(name));
}

const changing = new Set(['InsertStmt', 'UpdateStmt', 'DeleteStmt', 'MergeStmt']);

function changesInWith({ node }: SingleStatement): boolean {
  for (const [name] of membersOf(listOf(childOf(node, 'withClause'), 'ctes'))) if (changing.has(name)) return true;
  return false;
}

/** Adding `returning` to a merge is not possible before PostgreSQL 17, so its count stays unknown. */
function answerOf({ type, node }: SingleStatement): RenderedStatement['answer'] {
  if (type === 'SelectStmt') return isTreeNode(node['intoClause']) ? 'none' : 'rows';
  if (!changing.has(type)) return 'none';
  if (isTreeNode(node['returningClause'])) return 'rows';
  return type === 'MergeStmt' ? 'none' : 'count';
}
