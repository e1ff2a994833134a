export { checkMigration } from './check-migration.js';
export { createBucketsPort, type PortFromSql } from './create-buckets-port.js';
export type { CoalescingOptions } from './coalescing-options.js';
export { createCoalescingBackend } from './create-coalescing-backend.js';
export { createMigrationText, type MigrationTextOptions } from './create-migration-text.js';
export { createPoliciesPort } from './create-policies-port.js';
export { createSqlPort, maxRequestBytes, type SqlPortOptions } from './create-sql-port.js';
export { digestOf } from './digest-of.js';
export { installFindings, installFindingsQuery, type InstallFinding } from './install-findings.js';
export { installSql, installVersion, maxResultCharacters, uninstallSql } from './install-sql.js';
export { installStatus, installStatusQuery, type InstallStatus } from './install-status.js';
export { defaultMaxResultBytes } from './limited-text.js';
export { positionInStatement } from './position-in-statement.js';
export { parallel, type DeferredCall, type ParallelOptions } from './parallel.js';
export { pruneStatement } from './prune-statement.js';
export { requestArguments, type RequestArguments } from './request-arguments.js';
export { requestText } from './request-text.js';
export { sql, type SqlFragment, type SqlTag } from './sql.js';
export type { SqlBackend } from './sql-backend.js';
export { sqlErrorOf, type DatabaseError } from './sql-error-of.js';
export type {
  ReadRequest,
  RenderedStatement,
  RunRequest,
  SettleRequest,
  SqlRequest,
  WriteRequest,
} from './sql-request.js';
export { sqlSemantics } from './sql-semantics.js';
export { statementFacts, type StatementFacts } from './statement-facts.js';
export { timeLeftMs } from './time-left.js';
