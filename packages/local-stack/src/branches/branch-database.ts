import pg from 'pg';
import { databaseSql } from '../bootstrap/bootstrap-sql.js';
import type { DatabaseLogins } from '../bootstrap/prepare-database.js';
import { branchDatabaseName, branchLogins } from './branch-logins.js';
import { withClient } from './with-client.js';

/** Makes the database of a branch anew, as empty as a new project's. What was in it is gone, and so is every connection to it. */
export async function rebuildDatabase(parent: DatabaseLogins, projectRef: string, signal: AbortSignal): Promise<void> {
  const name = pg.escapeIdentifier(branchDatabaseName(projectRef));
  await withClient(parent.superuser, signal, async (client) => {
    await takeTurn(client, projectRef);
    await client.query(`drop database if exists ${name} with (force)`);
    // Nobody can be connected to this template, which would be in the way.
    await client.query(`create database ${name} template template0`);
  });
  await withClient(branchLogins(parent, projectRef).superuser, signal, (client) =>
    client.query(`begin; ${databaseSql}; commit`),
  );
}

/** Drops the database of a branch with every connection to it. There may be none. */
export async function dropDatabase(parent: DatabaseLogins, projectRef: string): Promise<void> {
  const name = pg.escapeIdentifier(branchDatabaseName(projectRef));
  await withClient(parent.superuser, new AbortController().signal, async (client) => {
    await takeTurn(client, projectRef);
    await client.query(`drop database if exists ${name} with (force)`);
  });
}

// The server ends a `create database` whose connection was cut, so the drop must wait for that session to be over.
const takeTurn = (client: pg.Client, projectRef: string): Promise<unknown> =>
  client.query('select pg_advisory_lock(hashtextextended($1, 0))', [branchDatabaseName(projectRef)]);
