import type { Keys } from '../directory/keys.js';
import type { ProjectSql } from './project-sql.js';
import type { StorageConfigStore } from './storage-config.js';

/** A project as the Management API knows it: the stack's own, or that of a branch. */
export interface ManagedProject {
  readonly ref: string;
  readonly name: string;
  readonly createdAt: string;
  readonly keys: Pick<Keys, 'anonKey' | 'serviceRoleKey'>;
  readonly sql: ProjectSql;
  readonly storageConfig: StorageConfigStore;
}
