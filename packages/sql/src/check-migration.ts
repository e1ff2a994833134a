import type { LayerResult } from '@hybrid-supabase/core';
import { err, ok } from 'neverthrow';
import { needsNoTransaction, noTransactionHint } from './needs-no-transaction.js';
import { parseSql } from './parser.js';
import { rejectionError, type SqlRejection } from './sql-rejection.js';
import { isTreeNode, type TreeNode } from './tree.js';

/** Refuses a migration that is empty, does not parse, could end the one transaction it runs in, or cannot run in one. */
export async function checkMigration(layer: string, query: string): LayerResult<void> {
  const parsed = await parseSql(query);
  const refused = parsed.isErr() ? await explained(parsed.error, query) : refusalOf(parsed.value.statements);
  return refused === undefined ? ok() : err(rejectionError(layer, refused));
}

function refusalOf(statements: readonly unknown[]): SqlRejection | undefined {
  if (statements.length === 0) return empty;
  for (const [at, statement] of statements.entries()) {
    const refused = isTreeNode(statement) ? refusalOfOne(statement) : undefined;
    if (refused !== undefined)
      return { ...refused, message: `Statement ${at + 1} of the migration ${refused.message}` };
  }
  return undefined;
}

const refusalOfOne = (statement: TreeNode): SqlRejection | undefined => {
  const [type, node] = Object.entries(statement)[0] ?? [];
  if (type === undefined || !isTreeNode(node)) return undefined;
  if (type === 'TransactionStmt') return control;
  if (type === 'CopyStmt' && typeof node['filename'] !== 'string') return clientCopy;
  if (type === 'DiscardStmt' && node['target'] === 'DISCARD_ALL') return noTransaction;
  return needsNoTransaction({ type, node }) ? noTransaction : undefined;
};

/** Dumps are written for psql: what it reads itself is no SQL, and rows after a copy are none either. */
async function explained(refused: SqlRejection, query: string): Promise<SqlRejection> {
  const { position } = refused;
  if (position === undefined) return refused;
  if (query[position] === '\\') return { ...metaCommand, position };
  const before = query.slice(0, query.lastIndexOf(';', position) + 1);
  const earlier = before === '' ? undefined : (await parseSql(before)).unwrapOr(undefined);
  return refusalOf(earlier?.statements.slice(-1) ?? [])?.code === clientCopy.code ? { ...copyRows, position } : refused;
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
  message: 'begins or ends a transaction.',
  hint: 'Leave that out: a migration is one transaction by itself.',
};

const clientCopy: SqlRejection = {
  kind: 'unsupported',
  code: 'copy',
  message: 'copies from or to a client, and there is none.',
  hint: 'Use insert; pg_dump writes a dump that way with --inserts.',
};

const copyRows: SqlRejection = {
  ...clientCopy,
  message: 'The migration holds rows of a copy from a client, and there is none.',
};

const metaCommand: SqlRejection = {
  kind: 'invalid-request',
  code: 'psql-command',
  message: 'The migration holds a command of psql, which begins with a backslash; it is no SQL.',
  hint: 'Take such lines out: \\connect, \\restrict and the like mean something to psql alone.',
};

const noTransaction: SqlRejection = {
  kind: 'unsupported',
  code: 'needs-no-transaction',
  message: 'cannot run inside a transaction, and a migration is one.',
  hint: noTransactionHint,
};
