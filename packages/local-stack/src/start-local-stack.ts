import { join } from 'node:path';
import { err, ok, type Result } from 'neverthrow';
import { prepareDatabase, type DatabaseLogins } from './bootstrap/prepare-database.js';
import { openBranches } from './branches/branches.js';
import { openDatabase } from './database.js';
import { findDatabaseUser, type DatabaseUser } from './directory/database-user.js';
import { openHome, type Home } from './directory/home.js';
import { openKeys, type Keys } from './directory/keys.js';
import { defaultTemplatesDirectory } from './directory/templates-directory.js';
import { createEnds, type Ends } from './ends.js';
import { startEngine } from './engine/engine.js';
import { independentQuery, type IndependentRows } from './independent-query.js';
import { listen, type Fetch } from './listener.js';
import { fileSystemError, type LocalStackError } from './local-stack-error.js';
import { checkOptions, type LocalStackOptions } from './local-stack-options.js';
import { openProjectSql } from './management/project-sql.js';
import { openStorageConfig } from './management/storage-config.js';
import { createVersionClock } from './management/version-clock.js';
import { createStackRoutes } from './stack-routes.js';
import { keepSwept } from './storage/keep-swept.js';
import { foreignFolder, removeStrayFiles } from './storage/remove-stray-files.js';
import { createUploadSessions } from './storage/upload-sessions.js';

/** A running stack. Every address is on loopback; every key was made for its data directory. */
export interface LocalStack {
  /** `SUPABASE_URL`: Storage at `/storage/v1`, functions at `/rest/v1/rpc`. */
  readonly url: string;
  /** `--api-url` of the official MCP server. */
  readonly managementUrl: string;
  readonly projectRef: string;
  readonly anonKey: string;
  readonly serviceRoleKey: string;
  /** `SUPABASE_ACCESS_TOKEN` for the Management API. */
  readonly accessToken: string;
  /** Connection string of the superuser. */
  readonly databaseUrl: string;
  readonly jwtSecret: string;
  /** Runs one statement as the superuser on a connection of its own: for checks that must not go through a layer. */
  query(text: string): Promise<Result<IndependentRows, LocalStackError>>;
  /** Ends listener, connections, database and keeper, and removes a temporary directory. Safe to call twice; rejects only if something could not be ended. */
  stop(): Promise<void>;
}

/**
 * Starts an embedded Supabase. Throws at once for wrong options; everything else that goes wrong is an error
 * in the result, with nothing left running.
 */
export async function startLocalStack(options: LocalStackOptions = {}): Promise<Result<LocalStack, LocalStackError>> {
  checkOptions(options);
  const ends = createEnds();
  const stack = await start(options, ends).catch((error: unknown) => err(fileSystemError(error)));
  // What the caller needs to hear is why the start failed, not what then failed to end as well.
  if (stack.isErr()) await ends.run().catch(() => undefined);
  return stack;
}

async function start(options: LocalStackOptions, ends: Ends): Promise<Result<LocalStack, LocalStackError>> {
  const { dataDirectory, port = 0, onProgress = () => undefined } = options;
  const listener = await listen(port);
  if (listener.isErr()) return err(listener.error);
  ends.add(listener.value.close);
  const user = findDatabaseUser();
  if (user.isErr() && options.databaseUrl === undefined) return err(user.error);
  const runAs = options.databaseUrl === undefined ? user.unwrapOr(undefined) : undefined;
  const home = await openHome(dataDirectory, runAs);
  if (home.isErr()) return err(home.error);
  ends.add(home.value.close);
  const keys = await openKeys(home.value.path);
  const address = await databaseAddress({ options, home: home.value, keys, runAs, onProgress, ends });
  if (address.isErr()) return err(address.error);
  onProgress('preparing the database');
  const logins = await prepareDatabase(address.value, passwordOf(address.value) || keys.databasePassword);
  if (logins.isErr()) return err(logins.error);
  const { url } = listener.value;
  listener.value.serve(await openRoutes({ options, logins: logins.value, home: home.value, keys, ends }));
  // Begun first and ended first: nobody is told of a database that was only stopped.
  ends.add(listener.value.close);
  const { databasePassword: _kept, ...shown } = keys;
  const databaseUrl = logins.value.superuser;
  const query = (text: string) => independentQuery(databaseUrl, text);
  return ok({ ...shown, url, managementUrl: url, databaseUrl, query, stop: ends.run });
}

interface DatabaseWish {
  readonly options: LocalStackOptions;
  readonly home: Home;
  readonly keys: Keys;
  readonly runAs: DatabaseUser | undefined;
  readonly onProgress: (line: string) => void;
  readonly ends: Ends;
}

const owner = 'supabase_admin';

async function databaseAddress(wish: DatabaseWish): Promise<Result<string, LocalStackError>> {
  const { options, home, keys, runAs, onProgress, ends } = wish;
  if (options.databaseUrl !== undefined) return ok(options.databaseUrl);
  const { path, temporary, lock } = home;
  const { templatesDirectory = defaultTemplatesDirectory() } = options;
  // A data directory is made once and must be on the disk, for which initdb knows how.
  const templates = temporary && templatesDirectory !== false ? templatesDirectory : undefined;
  const plan = { home: path, temporary, runAs, user: owner, password: keys.databasePassword, templates };
  const engine = await startEngine(plan, onProgress);
  if (engine.isErr()) return err(engine.error);
  ends.add(engine.value.stop);
  await lock.record({ keeper: engine.value.keeperPid, database: engine.value.databasePid });
  return ok(`postgresql://${owner}:${keys.databasePassword}@127.0.0.1:${engine.value.port}/postgres`);
}

const passwordOf = (url: string): string => new URL(url).password;

interface RoutesWish {
  readonly options: LocalStackOptions;
  readonly logins: DatabaseLogins;
  readonly home: Home;
  readonly keys: Keys;
  readonly ends: Ends;
}

async function openRoutes({ options, logins, home, keys, ends }: RoutesWish): Promise<Fetch> {
  const { onProgress = () => undefined } = options;
  const database = openDatabase({ url: logins.superuser, requesterUrl: logins.authenticator });
  ends.add(database.close);
  const isOwn = options.databaseUrl === undefined;
  // Only rows that live in this directory can say which bytes in it are stray.
  const objectsDirectory = isOwn ? home.objectsDirectory : join(home.objectsDirectory, foreignFolder);
  if (isOwn) await removeStrayFiles(objectsDirectory, database);
  const versions = createVersionClock();
  const sql = openProjectSql({ logins, versions });
  ends.add(sql.close);
  const storageConfig = await openStorageConfig(home.path);
  const branches = await openBranches({
    folder: join(home.path, 'branches'),
    logins,
    versions,
    keys,
    // A server of our own goes with its directory.
    dropAtEnd: home.temporary && !isOwn,
    onProgress,
  });
  ends.add(branches.close);
  const { resumableExpiryMs: expiryMs } = options;
  const sessions = createUploadSessions(objectsDirectory, expiryMs === undefined ? {} : { expiryMs });
  ends.add(keepSwept({ sessions, onFailure: () => onProgress('expired uploads could not be removed') }));
  return createStackRoutes({
    database,
    sql,
    storageConfig,
    keys,
    branches,
    sessions,
    objectsDirectory,
    durable: !home.temporary,
  });
}
