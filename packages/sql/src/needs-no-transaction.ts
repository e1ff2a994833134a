import type { SingleStatement } from './single-statement.js';
import { childOf, listOf, type TreeNode } from './tree.js';

/** Whether PostgreSQL refuses the statement inside of any transaction. What depends on more than its text is left to the server. */
export const needsNoTransaction = ({ type, node }: SingleStatement): boolean => kinds[type]?.(node) ?? false;

const always = (): boolean => true;
const isConcurrent = (node: TreeNode): boolean => node['concurrent'] === true;
const optionsOf = (node: TreeNode): readonly unknown[] =>
  listOf(node, 'options').map((option) => childOf(option, 'DefElem')?.['defname']);

/** All of a database: each table is done in a transaction of its own. */
const reindexesMany = new Set(['REINDEX_OBJECT_DATABASE', 'REINDEX_OBJECT_SYSTEM', 'REINDEX_OBJECT_SCHEMA']);

const kinds: Readonly<Record<string, (node: TreeNode) => boolean>> = {
  VacuumStmt: (node) => node['is_vacuumcmd'] === true,
  IndexStmt: isConcurrent,
  DropStmt: isConcurrent,
  ReindexStmt: (node) =>
    reindexesMany.has(String(node['kind'])) || JSON.stringify(node['params'] ?? null).includes('concurrently'),
  ClusterStmt: (node) => node['relation'] === undefined,
  AlterTableStmt: (node) =>
    listOf(node, 'cmds').some((command) => {
      const definition = childOf(childOf(command, 'AlterTableCmd'), 'def');
      return childOf(definition, 'PartitionCmd')?.['concurrent'] === true;
    }),
  AlterDatabaseStmt: (node) => optionsOf(node).includes('tablespace'),
  CreateSubscriptionStmt: (node) => !optionsOf(node).some((name) => name === 'create_slot' || name === 'connect'),
  CreatedbStmt: always,
  DropdbStmt: always,
  CreateTableSpaceStmt: always,
  DropTableSpaceStmt: always,
  AlterSystemStmt: always,
};

/** What to do with such a statement. */
export const noTransactionHint =
  'Every layer runs statements inside a transaction; run this one with another client, such as psql.';
