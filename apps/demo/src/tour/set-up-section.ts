import { sql } from '@hybrid-supabase/sql';
import { installDoor } from '../command/install-door.js';
import type { TourContext } from './tour-context.js';

/** (a) The ledger is installed, a migration applied, and parameterised SQL run. */
export const setUpSection = async (context: TourContext): Promise<void> => {
  const { hybrid, journal, names, files } = context;
  journal.section('Schema and SQL: the official MCP server');
  await installDoor(hybrid, journal);
  await journal.must({ operation: 'migrations.apply', about: names.migration, say: () => 'applied' }, () =>
    hybrid.migrations.apply(
      { name: names.migration, query: schemaOf(context) },
      { idempotencyKey: `${names.key}-schema` },
    ),
  );
  await journal.must(
    {
      operation: 'migrations.list',
      about: 'history',
      say: (all) => `${all.length} migrations, newest ${all.at(-1)?.name ?? '-'}`,
    },
    () => hybrid.migrations.list(),
  );
  const inserted = await journal.must(
    {
      operation: 'sql.write',
      about: `a row for each of ${files.length} files`,
      say: ({ rowCount }) => `${rowCount ?? '?'} rows`,
    },
    () => hybrid.sql.write(insertFiles(context), { idempotencyKey: `${names.key}-files` }),
  );
  journal.check('rows written', inserted?.rowCount === files.length, `${inserted?.rowCount ?? 0} of ${files.length}`);
  await readBack(context);
};

const schemaOf = ({ names }: TourContext): string => `
create table public.${names.filesTable} (path text, size_bytes bigint, sha256 text, modified timestamptz);
create table public.${names.insertsTable} (label text, written_at timestamptz default clock_timestamp());
`;

const insertFiles = ({ names, files }: TourContext) => sql`
insert into ${sql.identifier('public', names.filesTable)} (path, size_bytes, sha256, modified)
select * from unnest(${files.map(({ path }) => path)}::text[], ${files.map(({ sizeBytes }) => sizeBytes)}::bigint[],
  ${files.map(({ sha256 }) => sha256)}::text[], ${files.map(({ modified }) => modified)}::timestamptz[])`;

const readBack = async ({ hybrid, journal, names, files }: TourContext): Promise<void> => {
  const pattern = '%.ts';
  const read = await journal.must(
    {
      operation: 'sql.read',
      about: `count and size where path like '${pattern}'`,
      say: ({ rows }) => `${String(rows[0]?.['files'])} files, ${String(rows[0]?.['bytes'])} bytes`,
    },
    () =>
      hybrid.sql.read(
        sql`select count(*) as files, coalesce(sum(size_bytes), 0)::bigint as bytes
            from ${sql.identifier('public', names.filesTable)} where path like ${pattern}`,
      ),
  );
  const expected = files.filter(({ path }) => path.endsWith('.ts'));
  const bytes = expected.reduce((sum, { sizeBytes }) => sum + BigInt(sizeBytes), 0n);
  const row = read?.rows[0];
  journal.check(
    'SQL agrees with the disk',
    row?.['files'] === BigInt(expected.length) && row['bytes'] === bytes,
    `${expected.length} files, ${bytes} bytes`,
  );
};
