import type { Statement } from '@hybrid-supabase/core';
import type { Result } from 'neverthrow';
import { checkWrite } from './check-write.js';
import { parseSql } from './parser.js';
import { singleStatement, type SingleStatement } from './single-statement.js';
import type { SqlRejection } from './sql-rejection.js';
import { tablesOf } from './tables-of.js';

/** What a parser can say of a statement. What functions, triggers, rules and views do is not in its text. */
export interface StatementFacts {
  /** Tables and views it reads, as written (`orders`, `storage.objects`), sorted. */
  readonly reads: readonly string[];
  /** Tables it changes, creates, alters or locks, as written, sorted. */
  readonly writes: readonly string[];
  readonly runsInTransaction: boolean;
  /** Whether a database function could execute it. */
  readonly runsInFunction: boolean;
}

/** Looks at one statement without sending anything; an error when it does not parse or is not one statement. */
export const statementFacts = async ({
  text,
}: Pick<Statement, 'text'>): Promise<Result<StatementFacts, SqlRejection>> =>
  (await parseSql(text)).andThen(singleStatement).map(factsOf);

const factsOf = (single: SingleStatement): StatementFacts => {
  const runsInTransaction = checkWrite(single).match(
    () => true,
    ({ code }) => code !== 'needs-no-transaction' && code !== 'transaction-control',
  );
  return { ...tablesOf(single), runsInTransaction, runsInFunction: runsInTransaction && !isClientCopy(single) };
};

/** PostgreSQL's functions cannot copy to or from a client. */
const isClientCopy = ({ type, node }: SingleStatement): boolean =>
  type === 'CopyStmt' && typeof node['filename'] !== 'string';
