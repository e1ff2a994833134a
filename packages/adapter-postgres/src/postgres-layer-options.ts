import { roles, type Role } from '@hybrid-supabase/core';
import type { PostgresPool } from './postgres-client.js';

/** TLS as Node takes it; `true` is TLS with every check. */
export type PostgresTls = boolean | { readonly ca?: string; readonly rejectUnauthorized?: boolean };

interface CommonOptions {
  /** @default 'postgres' */
  readonly name?: string;
  /** With whose rights the login works; nothing checks it, the router believes it. @default 'postgres' */
  readonly role?: Role;
  /** Nothing may be written: the layer lacks all writes. @default false */
  readonly readOnly?: boolean;
  /** Most bytes of one answer as JSON; the database itself refuses a larger one, and nothing is changed. @default 8_000_000 */
  readonly maxResultBytes?: number;
  /** Largest reply, bytes on the wire, where an answer takes a third more; a larger one costs its connection. @default 67_108_864 */
  readonly maxReplyBytes?: number;
  /** How long the server may take to stop a statement that was given up, before its connection is ended anyway. @default 2000 */
  readonly cancelTimeoutMs?: number;
}

/** The layer opens and ends its own connections. */
export interface ConnectionOptions extends CommonOptions {
  /** `postgresql://…`, direct or through a pooler. */
  readonly connectionString: string;
  readonly pool?: never;
  /** Connections at most, those that are being cancelled included. @default 10 */
  readonly maxConnections?: number;
  /** For opening a connection, and for waiting until one is free. @default 10000 */
  readonly connectTimeoutMs?: number;
  /** Outranks what the connection string says of TLS. */
  readonly ssl?: PostgresTls;
}

/** The layer borrows connections; the pool stays the caller's, who ends it. */
export interface PoolOptions extends CommonOptions {
  readonly pool: PostgresPool;
  readonly connectionString?: never;
  readonly maxConnections?: never;
  readonly connectTimeoutMs?: never;
  readonly ssl?: never;
}

/** What `createPostgresLayer` needs: a connection string or a pool, and never both. */
export type PostgresLayerOptions = ConnectionOptions | PoolOptions;

/** Throws a TypeError that names the option; never quotes its value, which may hold a password. */
export const checkOptions = (options: PostgresLayerOptions): void => {
  if ((options.connectionString === undefined) === (options.pool === undefined))
    refuse('connectionString', 'or `pool` must be given, and not both');
  if (options.connectionString !== undefined && !isDatabaseUrl(options.connectionString))
    refuse('connectionString', 'must begin with postgres:// or postgresql:// and name a host');
  if (options.pool !== undefined && typeof options.pool?.connect !== 'function')
    refuse('pool', 'must have a function connect');
  for (const name of onlyOfOwnPool)
    if (options.pool !== undefined && options[name] !== undefined) refuse(name, 'is a matter of the given pool');
  if (options.name !== undefined && !/^[a-z][a-z0-9-]*$/.test(options.name))
    refuse('name', 'must be lower case letters, digits and hyphens');
  if (options.role !== undefined && !roles.includes(options.role)) refuse('role', `must be one of ${roles.join(', ')}`);
  if (options.ssl !== undefined && !isTls(options.ssl))
    refuse('ssl', 'must be true, false or { ca, rejectUnauthorized }');
  for (const name of wholeNumbers)
    if (!isWholeNumber(options[name])) refuse(name, 'must be a whole number from 1 to 2147483647');
};

const onlyOfOwnPool = ['maxConnections', 'connectTimeoutMs', 'ssl'] as const;
const wholeNumbers = [
  'maxConnections',
  'connectTimeoutMs',
  'maxResultBytes',
  'maxReplyBytes',
  'cancelTimeoutMs',
] as const;

const refuse = (option: string, why: string): never => {
  throw new TypeError(`createPostgresLayer: \`${option}\` ${why}.`);
};

// From JavaScript anything may come, and nobody should find out later that TLS was not what he thought.
const isTls = (ssl: unknown): boolean => typeof ssl === 'boolean' || (typeof ssl === 'object' && ssl !== null);

const isWholeNumber = (value: number | undefined): boolean =>
  value === undefined || (Number.isInteger(value) && value >= 1 && value <= 2_147_483_647);

const isDatabaseUrl = (text: string): boolean => {
  const url = URL.canParse(text) ? new URL(text) : undefined;
  const isPostgres = url?.protocol === 'postgres:' || url?.protocol === 'postgresql:';
  return isPostgres && (url.hostname !== '' || url.searchParams.has('host'));
};
