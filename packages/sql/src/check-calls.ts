import { err, ok, type Result } from 'neverthrow';
import { calledFunctions } from './called-functions.js';
import type { SingleStatement } from './single-statement.js';
import type { SqlRejection } from './sql-rejection.js';
import { childOf, isTreeNode, listOf, membersOf, type TreeNode } from './tree.js';

/** Refuses calls that reach out of the statement: other authority, other read-only mode, other sessions. */
export function checkCalls(tree: unknown, as: 'read' | 'write'): Result<void, SqlRejection> {
  for (const [member, call] of membersOf(tree)) {
    if (member !== 'FuncCall' || !isTreeNode(call)) continue;
    const why = refusalOf(call, as);
    if (why !== undefined) return err(refusedCall(why));
  }
  return ok();
}

/** Whether a statement calls, or is, something built in whose effect stays when its transaction is rolled back. */
export function reachesOut({ type, node }: SingleStatement): boolean {
  if (subscriptions.has(type)) return true;
  return calledFunctions(node).some((name) => name !== 'pg_notify' && outsideOfTransaction.test(name));
}

/** They make and remove slots on another server. */
const subscriptions = new Set(['CreateSubscriptionStmt', 'AlterSubscriptionStmt', 'DropSubscriptionStmt']);

function refusalOf(call: TreeNode, as: 'read' | 'write'): string | undefined {
  const name = nameOf(call);
  if (name === 'set_config') return settingRefusal(call);
  if (as === 'write') return undefined;
  if (runsText.test(name)) return `A read cannot call ${name}: it runs SQL that nobody checked.`;
  return outsideOfTransaction.test(name)
    ? `A read cannot call ${name}: its effect is outside of the transaction.`
    : undefined;
}

/** Settings that decide with whose rights, or how, the transaction runs. */
const guardedSettings =
  /^(role|session_authorization|(default_)?transaction_(read_only|isolation|deferrable)|statement_timeout|transaction_timeout)$/i;

/** Whether a setting decides with whose rights, or how, the transaction runs. */
export const isGuardedSetting = (name: string): boolean => guardedSettings.test(name);

function settingRefusal(call: TreeNode): string | undefined {
  const [name, , local] = listOf(call, 'args').map(constantOf);
  if (typeof name !== 'string') return 'set_config needs the name of its setting as a plain literal.';
  if (isGuardedSetting(name)) return `set_config cannot change ${name.toLowerCase()} here.`;
  return local === true
    ? undefined
    : 'set_config needs true as its third argument: a setting must not outlive its transaction.';
}

const nameOf = (call: TreeNode): string => {
  const name = childOf(listOf(call, 'funcname').at(-1), 'String')?.['sval'];
  return typeof name === 'string' ? name : '';
};

function constantOf(argument: unknown): unknown {
  const constant = childOf(argument, 'A_Const');
  const boolean = childOf(constant, 'boolval');
  return boolean === undefined ? childOf(constant, 'sval')?.['sval'] : boolean['boolval'] === true;
}

/** Built-in functions that take a query as text. */
const runsText = /^(query_to_xml\w*|ts_stat)$/;

/** Built-in functions whose effect a read-only transaction does not stop. */
const outsideOfTransaction =
  /^(pg_notify|pg_(terminate|cancel)_backend|pg_(try_)?advisory_(un)?lock\w*|pg_reload_conf|pg_rotate_logfile|pg_switch_wal|pg_create_restore_point|pg_stat_reset\w*|pg_logical_emit_message|lo_(export|import)|dblink\w*|pg_(create|drop|copy|sync)_\w*replication_slots?|pg_logical_slot_get\w*|pg_replication_slot_advance|pg_replication_origin_(create|drop|advance|session|xact)\w*|pg_wal_replay_(pause|resume)|pg_promote|pg_file_\w+|pg_stat_statements_reset|pg_backup_(start|stop)|pg_log_(backend_memory_contexts|standby_snapshot))$/;

const refusedCall = (message: string): SqlRejection => ({
  kind: 'invalid-request',
  code: 'refused-call',
  message,
  hint: 'Leave the call out; it would mean something else on each layer, or outlive the statement.',
});
