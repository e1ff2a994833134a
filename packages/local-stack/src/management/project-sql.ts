import { err, ok, type Result } from 'neverthrow';
import pg from 'pg';
import { openPool } from '../database.js';
import { rowTypes } from './row-types.js';
import { sqlMessage } from './sql-message.js';
import type { VersionClock } from './version-clock.js';

/** A statement that the database refused (400), or a database that could not be asked (500). */
export interface SqlFailure {
  readonly status: 400 | 500;
  readonly message: string;
}

/** One row as the endpoint shows it. */
export type JsonRow = Readonly<Record<string, unknown>>;

/** A request of the query endpoint. */
export interface ProjectQuery {
  readonly query: string;
  readonly parameters?: readonly unknown[];
  readonly readOnly: boolean;
}

/** SQL as the Management API runs it: each request in a session that nobody used before, until it ends by itself. */
export interface ProjectSql {
  /** The rows of the last statement that gave any. */
  run(request: ProjectQuery): Promise<Result<readonly JsonRow[], SqlFailure>>;
  /** The text and its record, in one transaction. */
  migrate(name: string, query: string): Promise<Result<void, SqlFailure>>;
  close(): Promise<void>;
}

/** The hosted endpoint gives a statement about this long. */
const statementTimeoutMs = 50_000;

/** Where a project's SQL runs, and what names its migrations. */
export interface ProjectSqlOptions {
  readonly logins: { readonly postgres: string; readonly readOnly: string };
  readonly versions: VersionClock;
}

/** Opens lazily, as the two logins of the endpoint. */
export function openProjectSql({ logins, versions }: ProjectSqlOptions): ProjectSql {
  const config = { types: rowTypes, statement_timeout: statementTimeoutMs };
  const writing = openPool(logins.postgres, 20, config);
  const reading = openPool(logins.readOnly, 10, { ...config, options: '-c default_transaction_read_only=on' });
  return {
    run: ({ query, parameters, readOnly }) =>
      inFreshSession((readOnly ? reading : writing).pool, query, async (client) =>
        lastRows(
          await client.query<JsonRow>(parameters === undefined ? query : { text: query, values: [...parameters] }),
        ),
      ),
    migrate: (name, query) =>
      inFreshSession(writing.pool, query, (client) => migrate(client, versions, { name, query })),
    close: async () => void (await Promise.all([writing.close(), reading.close()])),
  };
}

async function inFreshSession<T>(
  pool: pg.Pool,
  query: string,
  work: (client: pg.PoolClient) => Promise<T>,
): Promise<Result<T, SqlFailure>> {
  let client: pg.PoolClient;
  try {
    client = await pool.connect();
  } catch {
    return err({ status: 500, message: 'Failed to run sql query: the database does not take connections.' });
  }
  try {
    return ok(await work(client));
  } catch (error) {
    if (error instanceof pg.DatabaseError) return err({ status: 400, message: sqlMessage(error, query) });
    return err({ status: 500, message: 'Failed to run sql query: the connection to the database was lost.' });
  } finally {
    void giveBack(client);
  }
}

/** What a text leaves behind (an open transaction, a role, a lock, a temporary table) must not reach the next one. */
const giveBack = (client: pg.PoolClient): Promise<void> =>
  client
    .query('rollback')
    .then(() => client.query('discard all'))
    .then(
      () => client.release(),
      (failure: Error) => client.release(failure),
    );

/** For a text of several statements the driver gives a list. */
const lastRows = (answer: pg.QueryResult<JsonRow> | readonly pg.QueryResult<JsonRow>[]): readonly JsonRow[] =>
  [answer].flat().findLast(({ rows }) => rows.length > 0)?.rows ?? [];

interface NamedText {
  readonly name: string;
  readonly query: string;
}

async function migrate(client: pg.PoolClient, versions: VersionClock, { name, query }: NamedText): Promise<void> {
  await client.query('begin');
  await client.query(query);
  // Under the lock no other migration can choose the same version.
  await client.query('lock table supabase_migrations.schema_migrations in exclusive mode');
  const { rows } = await client.query<{ last: string | null }>(
    'select max(version) as last from supabase_migrations.schema_migrations',
  );
  await client.query(
    'insert into supabase_migrations.schema_migrations (version, statements, name) values ($1, $2, $3)',
    [versions.next(rows[0]?.last ?? undefined), [query], name],
  );
  await client.query('commit');
}
