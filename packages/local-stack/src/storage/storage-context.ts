import type { HttpBindings } from '@hono/node-server';
import type { ClientBase } from 'pg';
import type { Context } from 'hono';
import type { Database, Requester } from '../database.js';
import type { ObjectFiles } from './object-files.js';

/** What every family of routes works with. */
export interface StorageContext {
  readonly database: Database;
  readonly files: ObjectFiles;
  readonly jwtSecret: string;
  /** In bytes; asked at every request, since the Management API can change it. */
  globalFileSizeLimit(): Promise<number> | number;
}

/** Uploads read the Node request itself, so these routes only run on @hono/node-server. */
export interface StorageEnv {
  Bindings: HttpBindings;
}

/** A request of these routes. */
export type StorageRequest = Context<StorageEnv>;

/** One transaction in which policies can ask `storage.operation()` what is going on. */
export function inOperation<T>(
  { database }: StorageContext,
  who: Requester | 'superuser',
  operation: string,
  work: (client: ClientBase) => Promise<T>,
): Promise<T> {
  return database.transaction(who, async (client) => {
    await client.query(`select set_config('storage.operation', $1, true)`, [`storage.${operation}`]);
    return work(client);
  });
}
