import { err, type Result } from 'neverthrow';
import { checkCalls, isGuardedSetting } from './check-calls.js';
import { makesTemporary } from './makes-temporary.js';
import { needsNoTransaction, noTransactionHint } from './needs-no-transaction.js';
import type { SingleStatement } from './single-statement.js';
import type { SqlRejection } from './sql-rejection.js';
import type { TreeNode } from './tree.js';

/** Refuses a statement that could end its transaction, outlive it in a shared session, or cannot run inside one. */
export function checkWrite({ type, node }: SingleStatement): Result<void, SqlRejection> {
  const refused = needsNoTransaction({ type, node })
    ? noTransaction
    : (kinds[type]?.(node) ?? temporary({ type, node }));
  return refused === undefined ? checkCalls(node, 'write') : err(refused);
}

type Check = (node: TreeNode) => SqlRejection | undefined;

const rejection =
  (kind: SqlRejection['kind'], code: string, message: string, hint: string): Check =>
  () => ({ kind, code, message, hint });

const session = rejection(
  'invalid-request',
  'session-state',
  'The statement leaves something in the session, which others share.',
  'Use set local, or plain statements in one batch.',
);
const temporary = (single: SingleStatement): SqlRejection | undefined =>
  makesTemporary(single) ? leftBehind(single.node) : undefined;

const leftBehind = rejection(
  'invalid-request',
  'session-state',
  'The statement leaves something temporary in the session, which others share.',
  'Say `on commit drop`, and put what uses it into the same batch.',
);
const noTransaction: SqlRejection = {
  kind: 'unsupported',
  code: 'needs-no-transaction',
  message: 'The statement cannot run inside a transaction, and every write runs in one.',
  hint: noTransactionHint,
};
const noAnswer = rejection(
  'unsupported',
  'explain-or-show',
  'explain and show are reads.',
  'Use sql.read; explain analyze of a change is not supported.',
);
const when =
  (applies: (node: TreeNode) => boolean, check: Check): Check =>
  (node) =>
    applies(node) ? check(node) : undefined;

const isSharedSetting = ({ is_local: isLocal, name }: TreeNode): boolean =>
  isLocal !== true || (typeof name === 'string' && isGuardedSetting(name));

const kinds: Readonly<Record<string, Check>> = {
  TransactionStmt: rejection(
    'invalid-request',
    'transaction-control',
    'The statement begins or ends a transaction.',
    'Every write is a transaction of its own; put statements that belong together into one batch.',
  ),
  VariableSetStmt: when(isSharedSetting, session),
  PrepareStmt: session,
  ExecuteStmt: session,
  DeallocateStmt: session,
  DeclareCursorStmt: session,
  FetchStmt: session,
  ClosePortalStmt: session,
  ListenStmt: session,
  UnlistenStmt: session,
  DiscardStmt: session,
  LoadStmt: session,
  CopyStmt: rejection(
    'unsupported',
    'copy',
    'copy needs a connection of its own.',
    'Use insert, or another client, such as psql.',
  ),
  ExplainStmt: noAnswer,
  VariableShowStmt: noAnswer,
};
