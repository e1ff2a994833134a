import type { BranchesPort } from './branches-port.js';
import type { BucketsPort } from './buckets-port.js';
import type { ConfigPort } from './config-port.js';
import type { FilesPort } from './files-port.js';
import type { MigrationsPort } from './migrations-port.js';
import type { PoliciesPort } from './policies-port.js';
import type { ProjectPort } from './project-port.js';
import type { SqlPort } from './sql-port.js';

/** Every family of operations. A layer has whole ports or none. */
export interface Ports {
  readonly sql: SqlPort;
  readonly migrations: MigrationsPort;
  readonly buckets: BucketsPort;
  readonly policies: PoliciesPort;
  readonly files: FilesPort;
  readonly config: ConfigPort;
  readonly branches: BranchesPort;
  readonly project: ProjectPort;
}

/** The name of a port. */
export type PortName = keyof Ports;
