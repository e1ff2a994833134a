import type { ClientBase } from 'pg';
import type { Migration } from './branch-record.js';

const table = 'supabase_migrations.schema_migrations';

/** Every migration of a database, the oldest first. */
export async function readMigrations(client: ClientBase): Promise<Migration[]> {
  const { rows } = await client.query<Migration>(`select version, name, statements from ${table} order by version`);
  return rows;
}

/** Applies those that the database lacks, each in a transaction with its record; stops with the error of the first that fails. */
export async function applyMissing(client: ClientBase, migrations: readonly Migration[]): Promise<void> {
  for (const migration of migrations) await applyOnce(client, migration);
}

async function applyOnce(client: ClientBase, { version, name, statements }: Migration): Promise<void> {
  await client.query('begin');
  try {
    await client.query(`lock table ${table} in exclusive mode`);
    const { rowCount } = await client.query(`select from ${table} where version = $1`, [version]);
    if (rowCount === 0) {
      for (const statement of statements ?? []) await client.query(statement);
      await client.query(`insert into ${table} (version, name, statements) values ($1, $2, $3)`, [
        version,
        name,
        statements,
      ]);
    }
    await client.query('commit');
  } finally {
    // What a text leaves behind (a role, a setting, a failed transaction) must not reach the next one.
    await client.query('rollback');
    await client.query('discard all');
  }
}
