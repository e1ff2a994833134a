import { err, ok, type Result } from 'neverthrow';
import { calledFunctions, functionCalls, type FunctionCall } from './called-functions.js';
import type { SingleStatement } from './single-statement.js';
import type { SqlRejection } from './sql-rejection.js';
import { childOf } from './tree.js';

/** Refuses calls that reach out of the statement: other authority, other read-only mode, other sessions. */
export function checkCalls(tree: unknown, as: 'read' | 'write'): Result<void, SqlRejection> {
  for (const call of functionCalls(tree)) {
    const why = refusalOf(call, as);
    if (why !== undefined) return err(refusedCall(why));
  }
  return ok();
}

/** Whether a statement calls, or is, something built in whose effect stays when its transaction is rolled back. */
export function reachesOut({ type, node }: SingleStatement): boolean {
  return subscriptions.has(type) || calledFunctions(node).some((name) => outsideOfTransaction.test(name));
}

/** They make and remove slots on another server. */
const subscriptions = new Set(['CreateSubscriptionStmt', 'AlterSubscriptionStmt', 'DropSubscriptionStmt']);

function refusalOf(call: FunctionCall, as: 'read' | 'write'): string | undefined {
  const { name } = call;
  if (name === 'set_config') return settingRefusal(call);
  if (staysInSession.test(name)) return `${name} leaves something in the session, which others share.`;
  if (as === 'write') return undefined;
  if (runsText(call)) return `A read cannot call ${name}: it runs SQL that nobody checked.`;
  if (writesInReads.test(name)) return `A read cannot call ${name}: it writes, and not every server stops it.`;
  return outsideOfTransaction.test(name)
    ? `A read cannot call ${name}: its effect is outside of the transaction.`
    : undefined;
}

/** Settings that decide with whose rights, or how, the transaction runs. */
const guardedSettings =
  /^(role|session_authorization|(default_)?transaction_(read_only|isolation|deferrable)|statement_timeout|transaction_timeout)$/i;

/** Whether a setting decides with whose rights, or how, the transaction runs. */
export const isGuardedSetting = (name: string): boolean => guardedSettings.test(name);

function settingRefusal({ args }: FunctionCall): string | undefined {
  const [name, , local] = args.map(constantOf);
  if (typeof name !== 'string') return 'set_config needs the name of its setting as a plain literal.';
  if (isGuardedSetting(name)) return `set_config cannot change ${name.toLowerCase()} here.`;
  return local === true
    ? undefined
    : 'set_config needs true as its third argument: a setting must not outlive its transaction.';
}

function constantOf(argument: unknown): unknown {
  const constant = childOf(argument, 'A_Const');
  const boolean = childOf(constant, 'boolval');
  return boolean === undefined ? childOf(constant, 'sval')?.['sval'] : boolean['boolval'] === true;
}

/** Built-in functions that take a query as text; `ts_rewrite` has another form too, which takes none. */
const runsText = ({ name, args }: FunctionCall): boolean =>
  /^(query_to_xml\w*|ts_stat)$/.test(name) || (name === 'ts_rewrite' && args.length !== 3);

/** What they do outlives the transaction in its session. */
const staysInSession = /^(pg_(try_)?advisory_(un)?lock(_shared|_all)?|set_limit)$/;

/**
 * Built-in functions that write in a read-only transaction: before PostgreSQL 16 large objects, from 18 on statistics. A
 * rollback takes it back.
 */
const writesInReads =
  /^(pg_notify|lo_(creat|create|from_bytea|put|truncate|truncate64|unlink)|lowrite|pg_(clear|restore)_\w+_stats|pg_import_system_collations)$/;

/** Built-in functions whose effect a read-only transaction does not stop, and no rollback takes back. */
const outsideOfTransaction =
  /^(pg_(terminate|cancel)_backend|pg_reload_conf|pg_rotate_logfile(_old)?|pg_switch_wal|pg_create_restore_point|pg_stat_reset\w*|pg_logical_emit_message|lo_(export|import)|dblink\w*|pg_(create|drop|copy|sync)_\w*replication_slots?|pg_logical_slot_get\w*|pg_replication_slot_advance|pg_replication_origin_(create|drop|advance|session|xact)\w*|pg_wal_replay_(pause|resume)|pg_promote|pg_file_\w+|pg_stat_statements_reset|pg_(backup_(start|stop)|(start|stop)_backup)|pg_log_(backend_memory_contexts|standby_snapshot)|brin_(de)?summarize_\w+|gin_clean_pending_list|pg_nextoid|pg_stop_making_pinned_objects)$/;

const refusedCall = (message: string): SqlRejection => ({
  kind: 'invalid-request',
  code: 'refused-call',
  message,
  hint: 'Leave the call out; it would mean something else on each layer, or outlive the statement.',
});
