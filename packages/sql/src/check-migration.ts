import type { LayerResult } from '@hybrid-supabase/core';
import { err, ok } from 'neverthrow';
import { parseSql } from './parser.js';
import { rejectionError, type SqlRejection } from './sql-rejection.js';
import { isTreeNode } from './tree.js';

/** Refuses a migration that is empty, does not parse, or could end the one transaction it runs in. */
export async function checkMigration(layer: string, query: string): LayerResult<void> {
  const parsed = await parseSql(query);
  if (parsed.isErr()) return err(rejectionError(layer, parsed.error));
  const refused = refusalOf(parsed.value.statements);
  return refused === undefined ? ok() : err(rejectionError(layer, refused));
}

function refusalOf(statements: readonly unknown[]): SqlRejection | undefined {
  if (statements.length === 0) return empty;
  return statements.some((statement) => isTreeNode(statement) && 'TransactionStmt' in statement) ? control : undefined;
}

const empty: SqlRejection = {
  kind: 'invalid-request',
  code: 'empty-statement',
  message: 'The migration holds no statement.',
  hint: 'Send at least one statement.',
};

const control: SqlRejection = {
  kind: 'invalid-request',
  code: 'transaction-control',
  message: 'The migration begins or ends a transaction.',
  hint: 'Leave that out: a migration is one transaction by itself.',
};
