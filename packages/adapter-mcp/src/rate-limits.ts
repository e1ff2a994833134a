import type { ToolName } from './tool-table.js';

/** So many requests in any span of that length. */
export interface RateLimit {
  readonly requests: number;
  readonly perMs: number;
}

/** The parts of the Management API that count their requests by themselves. */
export type Endpoint =
  | 'database/query'
  | 'database/migrations/list'
  | 'database/migrations/apply'
  | 'analytics/logs'
  | 'advisors'
  | 'api-keys'
  | 'types'
  | 'storage/buckets'
  | 'config/storage'
  | 'branches'
  | 'projects';

const aMinute: RateLimit = { requests: 120, perMs: 60_000 };

/** What the platform documents: 120 a minute, of migrations 120 in three minutes, of log queries 30 a minute. */
export const documentedLimits: Readonly<Record<Endpoint, RateLimit>> = {
  'database/query': aMinute,
  'database/migrations/list': aMinute,
  'database/migrations/apply': { requests: 120, perMs: 180_000 },
  'analytics/logs': { requests: 30, perMs: 60_000 },
  advisors: aMinute,
  'api-keys': aMinute,
  types: aMinute,
  'storage/buckets': aMinute,
  'config/storage': aMinute,
  branches: aMinute,
  projects: aMinute,
};

/** What one call of a tool costs. */
export interface ToolCost {
  readonly endpoint: Endpoint;
  readonly requests: number;
}

const one = (endpoint: Endpoint): ToolCost => ({ endpoint, requests: 1 });

/** Which endpoint each tool asks, and how often; undefined for what the server answers by itself. */
export const toolCosts: Readonly<Record<ToolName, ToolCost | undefined>> = {
  execute_sql: one('database/query'),
  list_tables: one('database/query'),
  list_extensions: one('database/query'),
  list_migrations: one('database/migrations/list'),
  apply_migration: one('database/migrations/apply'),
  list_storage_buckets: one('storage/buckets'),
  get_storage_config: one('config/storage'),
  update_storage_config: one('config/storage'),
  query_logs: one('analytics/logs'),
  get_advisors: one('advisors'),
  // The keys, and whether the legacy ones are enabled.
  get_publishable_keys: { endpoint: 'api-keys', requests: 2 },
  generate_typescript_types: one('types'),
  list_branches: one('branches'),
  create_branch: one('branches'),
  merge_branch: one('branches'),
  reset_branch: one('branches'),
  rebase_branch: one('branches'),
  delete_branch: one('branches'),
  get_project: one('projects'),
  get_cost: undefined,
  confirm_cost: undefined,
};
