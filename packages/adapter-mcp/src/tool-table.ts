/** The server's tool groups that this layer has a use for; `account` only prices a branch in an unscoped session. */
export const usedFeatures = ['database', 'storage', 'debugging', 'development', 'branching'] as const;

/** One of {@link usedFeatures}, or `account`. */
export type Feature = (typeof usedFeatures)[number] | 'account';

/** What we know of a tool before any session is open. */
export interface KnownTool {
  readonly feature: Feature;
  /** Arguments that are sent always, the project left out. */
  readonly sends: readonly string[];
  /** Arguments that are sent where the session lists them. */
  readonly maySend?: readonly string[];
}

/** Every tool that is ever called. */
export const toolTable = {
  execute_sql: { feature: 'database', sends: ['query'] },
  list_migrations: { feature: 'database', sends: [] },
  apply_migration: { feature: 'database', sends: ['name', 'query'] },
  list_tables: { feature: 'database', sends: ['schemas', 'verbose'] },
  list_extensions: { feature: 'database', sends: [] },
  list_storage_buckets: { feature: 'storage', sends: [] },
  get_storage_config: { feature: 'storage', sends: [] },
  update_storage_config: { feature: 'storage', sends: ['config'] },
  query_logs: { feature: 'debugging', sends: ['sql'], maySend: ['iso_timestamp_start', 'iso_timestamp_end'] },
  get_advisors: { feature: 'debugging', sends: ['type'] },
  get_publishable_keys: { feature: 'development', sends: [] },
  generate_typescript_types: { feature: 'development', sends: [] },
  list_branches: { feature: 'branching', sends: [] },
  create_branch: { feature: 'branching', sends: ['name'], maySend: ['confirm_cost_id'] },
  merge_branch: { feature: 'branching', sends: ['branch_id'] },
  reset_branch: { feature: 'branching', sends: ['branch_id'], maySend: ['migration_version'] },
  rebase_branch: { feature: 'branching', sends: ['branch_id'] },
  delete_branch: { feature: 'branching', sends: ['branch_id'] },
  get_project: { feature: 'account', sends: ['id'] },
  get_cost: { feature: 'account', sends: ['type', 'organization_id'] },
  confirm_cost: { feature: 'account', sends: ['type', 'recurrence', 'amount'] },
} as const satisfies Readonly<Record<string, KnownTool>>;

/** The name of a tool we know. */
export type ToolName = keyof typeof toolTable;
