import pg from 'pg';

/** On whose behalf a request runs: the role and claims of a checked token. Rules about missing or bad tokens are the routes' own. */
export interface Requester {
  readonly role: string;
  readonly claims: Readonly<Record<string, unknown>>;
}

/** The database as the routes see it: transactions only, so that nothing outlives a request. */
export interface Database {
  /**
   * One transaction with local role and claims; `superuser` is the owner of everything. Commits when `work`
   * resolves; rolls back and rejects with the same reason when it rejects.
   */
  transaction<T>(who: Requester | 'superuser', work: (client: pg.ClientBase) => Promise<T>): Promise<T>;
  /** Connection string of the superuser. */
  readonly url: string;
  /** Ends every connection, also those in use. Safe to call twice. */
  close(): Promise<void>;
}

/** Where a database is reached, as its owner and as the login role that may become any requester. */
export interface DatabaseAddress {
  readonly url: string;
  /** Requests of users go through this login, so that a `reset role` in their SQL cannot make them the owner. */
  readonly requesterUrl: string;
}

/** Opens lazily: nothing is connected before the first transaction. */
export function openDatabase({ url, requesterUrl }: DatabaseAddress): Database {
  const owner = openPool(url, 8);
  const requesters = openPool(requesterUrl, 24);
  return {
    url,
    transaction: (who, work) =>
      who === 'superuser'
        ? inTransaction(owner.pool, 'begin', work)
        : inTransaction(requesters.pool, beginAs(who), work),
    close: async () => void (await Promise.all([owner.close(), requesters.close()])),
  };
}

const beginAs = ({ role, claims }: Requester): string =>
  [
    'begin',
    `select set_config('role', ${pg.escapeLiteral(role)}, true), set_config('request.jwt.claims', ${pg.escapeLiteral(JSON.stringify(claims))}, true)`,
  ].join('; ');

async function inTransaction<T>(pool: pg.Pool, begin: string, work: (client: pg.ClientBase) => Promise<T>): Promise<T> {
  const client = await pool.connect();
  let broken: boolean | Error = false;
  try {
    await client.query(begin);
    const value = await work(client);
    // After a swallowed statement error PostgreSQL answers `commit` by rolling back, without an error of its own.
    const { command } = await client.query('commit');
    if (command !== 'COMMIT') throw new Error('The transaction was rolled back: one of its statements had failed.');
    return value;
  } catch (reason) {
    await client.query('rollback').catch((failure: Error) => (broken = failure));
    throw reason;
  } finally {
    client.release(broken);
  }
}

/** A pool whose `close` also cuts connections that are in use; `pool.end()` alone would wait for them. */
export function openPool(connectionString: string, max: number, config: pg.PoolConfig = {}) {
  const pool = new pg.Pool({ ...config, connectionString, max, idleTimeoutMillis: 10_000, allowExitOnIdle: true });
  const inUse = new Set<pg.PoolClient>();
  let ending: Promise<unknown> | undefined;
  const ignore = (): void => undefined;
  // An idle connection that dies is dropped by the pool; without a listener the event would end the process.
  pool.on('error', ignore);
  pool.on('connect', (client) => void client.on('error', ignore));
  pool.on('acquire', (client) => void inUse.add(client));
  pool.on('release', (_error, client) => void inUse.delete(client));
  const end = async (): Promise<void> => {
    const ended = pool.end();
    await Promise.all([...inUse].map((client) => client.end().catch(ignore)));
    await ended;
  };
  return { pool, close: async () => void (await (ending ??= end())) };
}
