import type { OperationName, Tagging } from '@hybrid-supabase/core';

type PortTags = { readonly [N in OperationName]?: Tagging<N> };

const nothing = () => [];
const objects = () => ['table:objects'];
const buckets = () => ['table:buckets'];
const both = () => ['table:buckets', 'table:objects'];
const branches = () => ['branches'];
const schema = () => ['schema'];

/**
 * What is known from the ports alone. Left out is what touches everything (a migration, a merge), what must not be
 * given twice (a signed address), and SQL, whose tags come with the SQL package.
 */
export const portTags: PortTags = {
  'sql.settle': nothing,
  'migrations.list': () => ['migrations'],
  'buckets.list': buckets,
  'buckets.get': buckets,
  'buckets.create': buckets,
  'buckets.update': buckets,
  'buckets.empty': objects,
  'buckets.delete': both,
  'policies.list': () => ['policies'],
  // What may be seen changes with them.
  'policies.create': () => ['policies', ...both()],
  'policies.drop': () => ['policies', ...both()],
  'files.upload': objects,
  'files.list': objects,
  'files.info': objects,
  'files.exists': objects,
  'files.move': objects,
  'files.copy': objects,
  'files.remove': objects,
  'files.publicUrl': nothing,
  'files.purge': nothing,
  'config.get': () => ['config'],
  'config.update': () => ['config'],
  'branches.list': branches,
  'branches.get': branches,
  'branches.create': branches,
  'branches.delete': branches,
  'project.url': nothing,
  'project.keys': nothing,
  'project.logs': nothing,
  'project.advisors': schema,
  'project.types': schema,
  'project.tables': schema,
  'project.extensions': schema,
};
