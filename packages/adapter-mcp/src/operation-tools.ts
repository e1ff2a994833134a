import type { McpOperation } from './mcp-ports.js';
import type { ToolName } from './tool-table.js';

const sql = ['execute_sql'] as const;

/** The tools that each operation cannot do without; nothing for what is answered without the server, or never. */
export const operationTools: { readonly [N in McpOperation]: readonly ToolName[] } = {
  'sql.read': sql,
  'sql.write': sql,
  'sql.batch': sql,
  'sql.settle': sql,
  'migrations.list': ['list_migrations'],
  'migrations.apply': ['apply_migration'],
  'buckets.list': ['list_storage_buckets', 'execute_sql'],
  'buckets.get': sql,
  'buckets.create': sql,
  'buckets.update': sql,
  'buckets.empty': [],
  'buckets.delete': [],
  'policies.list': sql,
  'policies.create': sql,
  'policies.drop': sql,
  'config.get': ['get_storage_config'],
  'config.update': ['get_storage_config', 'update_storage_config'],
  'branches.list': ['list_branches'],
  'branches.get': ['list_branches'],
  'branches.create': ['create_branch', 'list_branches'],
  'branches.merge': ['merge_branch', 'list_branches'],
  'branches.reset': ['reset_branch', 'list_branches'],
  'branches.rebase': ['rebase_branch', 'list_branches'],
  'branches.delete': ['delete_branch'],
  'project.url': [],
  'project.keys': ['get_publishable_keys'],
  'project.logs': ['query_logs'],
  'project.advisors': ['get_advisors'],
  'project.types': ['generate_typescript_types'],
  'project.tables': ['list_tables'],
  'project.extensions': ['list_extensions'],
};
