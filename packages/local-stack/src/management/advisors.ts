import type { Result } from 'neverthrow';
import type { JsonRow, ProjectSql, SqlFailure } from './project-sql.js';

/** The two lists of advice that there are. */
export type AdviceType = 'security' | 'performance';

interface Lint {
  readonly name: string;
  readonly title: string;
  readonly level: 'ERROR' | 'WARN' | 'INFO';
  readonly description: string;
  /** About one finding; `%` is what was found. */
  readonly detail: string;
  /** Gives `schema`, `name` and `about` of each finding. */
  readonly query: string;
}

const tables = `
  select c.oid, n.nspname as schema, c.relname as name, c.relrowsecurity as guarded,
         exists (select from pg_catalog.pg_policy p where p.polrelid = c.oid) as has_policy
  from pg_catalog.pg_class c join pg_catalog.pg_namespace n on n.oid = c.relnamespace
  where c.relkind in ('r', 'p') and n.nspname = 'public'`;

const lints: Readonly<Record<AdviceType, readonly Lint[]>> = {
  security: [
    {
      name: 'rls_disabled_in_public',
      title: 'RLS Disabled in Public',
      level: 'ERROR',
      description:
        'A table in a schema that the API serves has no row level security: everybody with a key has its rows.',
      detail: 'Table % is public and has row level security switched off.',
      query: `select schema, name, format('%I.%I', schema, name) as about from (${tables}) t where not guarded and not has_policy`,
    },
    {
      name: 'policy_exists_rls_disabled',
      title: 'Policy Exists RLS Disabled',
      level: 'ERROR',
      description: 'A table has policies that nobody asks, because its row level security is off.',
      detail: 'Table % has policies and row level security switched off.',
      query: `select schema, name, format('%I.%I', schema, name) as about from (${tables}) t where not guarded and has_policy`,
    },
    {
      name: 'rls_enabled_no_policy',
      title: 'RLS Enabled No Policy',
      level: 'INFO',
      description: 'A table has row level security and no policy: only roles that pass by it have any row.',
      detail: 'Table % has row level security and no policy.',
      query: `select schema, name, format('%I.%I', schema, name) as about from (${tables}) t where guarded and not has_policy`,
    },
  ],
  performance: [
    {
      name: 'no_primary_key',
      title: 'No Primary Key',
      level: 'INFO',
      description: 'Rows of a table without a primary key cannot be told apart.',
      detail: 'Table % has no primary key.',
      query: `select schema, name, format('%I.%I', schema, name) as about from (${tables}) t
        where not exists (select from pg_catalog.pg_index i where i.indrelid = t.oid and i.indisprimary)`,
    },
    {
      name: 'unindexed_foreign_keys',
      title: 'Unindexed foreign keys',
      level: 'INFO',
      description:
        'A foreign key without an index that begins with its columns makes every change of the other table read this one.',
      detail: 'Foreign key % has no index.',
      query: `select schema, name, format('%I of %I.%I', k.conname, schema, name) as about
        from (${tables}) t join pg_catalog.pg_constraint k on k.conrelid = t.oid and k.contype = 'f'
        where not exists (
          select from pg_catalog.pg_index i
          where i.indrelid = t.oid and (i.indkey::int2[])[0:cardinality(k.conkey) - 1] @> k.conkey)`,
    },
  ],
};

/** What the catalogue says against the tables of `public`: a few of the hosted service's lints, by its names and in its shape. */
export async function findAdvice(sql: ProjectSql, type: AdviceType): Promise<Result<readonly JsonRow[], SqlFailure>> {
  const texts = lints[type].map(({ query }, index) => `select ${index} as lint, found.* from (${query}) found`);
  const found = await sql.run({ query: `${texts.join(' union all ')} order by 1, 2, 3, 4`, readOnly: true });
  return found.map((rows) => rows.flatMap((row) => adviceOf(type, row)));
}

function adviceOf(type: AdviceType, { lint: index, schema, name: table, about }: JsonRow): readonly JsonRow[] {
  const lint = lints[type][Number(index)];
  if (lint === undefined) return [];
  const { query: _query, detail, ...rest } = lint;
  return [
    {
      ...rest,
      facing: 'EXTERNAL',
      categories: [type.toUpperCase()],
      detail: detail.replace('%', () => String(about)),
      remediation: 'https://supabase.com/docs/guides/database/database-linter',
      metadata: { schema, name: table, type: 'table' },
      cache_key: `${lint.name}_${String(about)}`,
    },
  ];
}
