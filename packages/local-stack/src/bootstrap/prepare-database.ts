import { createHmac } from 'node:crypto';
import { err, ok, type Result } from 'neverthrow';
import pg from 'pg';
import { codeOf, diskFull, localStackError, type LocalStackError } from '../local-stack-error.js';
import { bootstrapSql, schemaMark } from './bootstrap-sql.js';

/** How each part of the stack logs in to the prepared database. */
export interface DatabaseLogins {
  readonly superuser: string;
  /** For requests with a token: may become anon, authenticated or service_role, and nothing else. */
  readonly authenticator: string;
  /** For SQL of the Management API. */
  readonly postgres: string;
  /** For SQL of the Management API that asked to be read-only. */
  readonly readOnly: string;
}

const bootstrapLock = 4_773_002;
const oldestVersion = 150_000;

/** Makes a server a Supabase project's database, once, and sets the passwords of the logins. */
export async function prepareDatabase(url: string, secret: string): Promise<Result<DatabaseLogins, LocalStackError>> {
  const client = new pg.Client({ connectionString: url, connectionTimeoutMillis: 10_000 });
  // A connection lost in between is told by the statement that fails.
  client.on('error', () => undefined);
  try {
    await client.connect();
    return await inOneTransaction(client, () => prepare(client, url, secret));
  } catch (error) {
    return err(connectionError(error));
  } finally {
    await client.end().catch(() => undefined);
  }
}

async function inOneTransaction<T>(
  client: pg.Client,
  work: () => Promise<Result<T, LocalStackError>>,
): Promise<Result<T, LocalStackError>> {
  await client.query('begin');
  await client.query(`select pg_advisory_xact_lock(${bootstrapLock})`);
  const result = await work();
  await client.query(result.isOk() ? 'commit' : 'rollback');
  return result;
}

async function prepare(
  client: pg.Client,
  url: string,
  secret: string,
): Promise<Result<DatabaseLogins, LocalStackError>> {
  const { rows } = await client.query<{ version: number; superuser: boolean; mark: string | null; taken: boolean }>(`
    select current_setting('server_version_num')::int as version,
           current_setting('is_superuser') = 'on' as superuser,
           to_regnamespace('storage') is not null as taken,
           obj_description(to_regnamespace('storage'), 'pg_namespace') as mark`);
  const found = rows[0];
  if (found === undefined || found.version < oldestVersion) return err(unsuitable('It is older than PostgreSQL 15.'));
  if (!found.superuser) return err(unsuitable('Its login is no superuser.'));
  if (found.taken && found.mark !== schemaMark) return err(unsuitable('It has a storage schema of another origin.'));
  if (!found.taken) await client.query(bootstrapSql);
  return ok(await setPasswords(client, url, secret));
}

async function setPasswords(client: pg.Client, url: string, secret: string): Promise<DatabaseLogins> {
  const { rows } = await client.query(`select from pg_roles where rolname = 'postgres' and rolsuper`);
  const login = async (role: string): Promise<string> => {
    const password = createHmac('sha256', secret).update(role).digest('hex');
    await client.query(`alter role ${client.escapeIdentifier(role)} password ${client.escapeLiteral(password)}`);
    const address = new URL(url);
    address.username = role;
    address.password = password;
    return address.href;
  };
  return {
    superuser: url,
    authenticator: await login('authenticator'),
    readOnly: await login('supabase_read_only_user'),
    // On a server that came with a superuser of this name, its password is not ours to change.
    postgres: rows.length > 0 ? url : await login('postgres'),
  };
}

const unsuitable = (why: string): LocalStackError =>
  localStackError({
    kind: 'database-unsuitable',
    message: `The server of databaseUrl cannot hold a local stack. ${why}`,
    hint: 'Give a PostgreSQL 15 or newer, reached as a superuser, in a database that this stack may have for itself.',
  });

function connectionError(error: unknown): LocalStackError {
  const code = codeOf(error);
  if (code === '53100') return localStackError(diskFull());
  const refused = code.startsWith('28');
  return localStackError({
    kind: 'database-unreachable',
    message: refused ? 'The database refuses the login.' : 'The database does not answer as it should.',
    hint: refused
      ? 'Check user and password in databaseUrl.'
      : 'Check that a PostgreSQL server listens where databaseUrl points.',
    ...(code === '' ? {} : { detail: code }),
  });
}
