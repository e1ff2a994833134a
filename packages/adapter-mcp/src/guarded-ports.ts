import { cannot, type Method } from '@hybrid-supabase/core';
import type { McpOperation, McpPorts } from './mcp-ports.js';
import type { Lacks } from './lacks.js';

/** The same ports; what the layer lacks at the moment is refused before anything is looked at. */
export const guardedPorts = (ports: McpPorts, layer: string, lacks: () => Lacks): McpPorts => {
  const { sql, migrations, buckets, policies, config, branches, project } = ports;
  const guard =
    <Input, Output>(name: McpOperation, method: Method<Input, Output>): Method<Input, Output> =>
    (input, call) => {
      const why = lacks()[name];
      return why === undefined ? method(input, call) : cannot(layer, why)(input, call);
    };
  return {
    sql: {
      read: guard('sql.read', sql.read),
      write: guard('sql.write', sql.write),
      batch: guard('sql.batch', sql.batch),
      settle: guard('sql.settle', sql.settle),
    },
    migrations: {
      list: guard('migrations.list', migrations.list),
      apply: guard('migrations.apply', migrations.apply),
    },
    buckets: {
      list: guard('buckets.list', buckets.list),
      get: guard('buckets.get', buckets.get),
      create: guard('buckets.create', buckets.create),
      update: guard('buckets.update', buckets.update),
      empty: guard('buckets.empty', buckets.empty),
      delete: guard('buckets.delete', buckets.delete),
    },
    policies: {
      list: guard('policies.list', policies.list),
      create: guard('policies.create', policies.create),
      drop: guard('policies.drop', policies.drop),
    },
    config: { get: guard('config.get', config.get), update: guard('config.update', config.update) },
    branches: {
      list: guard('branches.list', branches.list),
      get: guard('branches.get', branches.get),
      create: guard('branches.create', branches.create),
      merge: guard('branches.merge', branches.merge),
      reset: guard('branches.reset', branches.reset),
      rebase: guard('branches.rebase', branches.rebase),
      delete: guard('branches.delete', branches.delete),
    },
    project: {
      url: guard('project.url', project.url),
      keys: guard('project.keys', project.keys),
      logs: guard('project.logs', project.logs),
      advisors: guard('project.advisors', project.advisors),
      types: guard('project.types', project.types),
      tables: guard('project.tables', project.tables),
      extensions: guard('project.extensions', project.extensions),
    },
  };
};
