import { err, ok, type Result } from 'neverthrow';
import { checkCalls } from './check-calls.js';
import type { SingleStatement } from './single-statement.js';
import type { SqlRejection } from './sql-rejection.js';
import { membersOf } from './tree.js';

/**
 * Refuses a statement that is no plain read. What a called function does is not known to a parser: that is
 * stopped by the read-only transaction in which the statement runs.
 */
export function checkRead({ type, node }: SingleStatement): Result<void, SqlRejection> {
  if (type !== 'SelectStmt') return err(notARead(kinds[type] ?? 'This kind of statement is no read.'));
  for (const [name] of membersOf(node)) {
    const why = members[name];
    if (why !== undefined) return err(notARead(why));
  }
  return checkCalls(node, 'read').andThen(() => ok());
}

const kinds: Readonly<Record<string, string>> = {
  InsertStmt: 'An insert is no read.',
  UpdateStmt: 'An update is no read.',
  DeleteStmt: 'A delete is no read.',
  MergeStmt: 'A merge is no read.',
  TransactionStmt: 'A read runs in a transaction of its own and cannot begin or end one.',
  VariableSetStmt: 'A read cannot change settings.',
  ExplainStmt: 'explain is not supported as a read in this release.',
  VariableShowStmt: 'show is not supported as a read in this release; select current_setting(name) gives the same.',
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
  hint: 'A read is one select, values, table or with that changes nothing; use sql.write for anything else.',
});
