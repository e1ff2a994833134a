import { setTimeout as wait } from 'node:timers/promises';
import { cannot, type Layer, type Ports, type Role } from '@hybrid-supabase/core';
import { createSqlPort, defaultMaxResultBytes } from '@hybrid-supabase/sql';
import { createDownloadCache, type DownloadCacheOptions } from './cache/download-cache.js';
import { checkOptions } from './check-options.js';
import { createBucketsPort } from './create-buckets-port.js';
import { createFilesPort } from './create-files-port.js';
import { createSqlBackend } from './create-sql-backend.js';
import { createSupabaseClient } from './create-supabase-client.js';
import { createDoor } from './door.js';
import { createHttpPool, type HttpPool } from './http-pool.js';
import { claimsOf } from './key-claims.js';
import { createResumableApi } from './resumable-api.js';
import { createStorageUrls } from './storage-urls.js';
import { storageFailureOf } from './storage-failure.js';
import type { CreateSupabaseClient } from './supabase-client.js';
import { UnusedSocket } from './unused-socket.js';
import { createDiskPositions, createMemoryPositions } from './upload-positions.js';
import { createWire, sendThrough } from './wire.js';

/** How the layer is made. */
export interface SupabaseLayerOptions {
  /** `https://<ref>.supabase.co`. */
  readonly url: string;
  /** The service role key, a secret key, or a weaker one with weaker rights. It never appears in an error. */
  readonly key: string;
  /** @default 'supabase' */
  readonly name?: string;
  /** Whose rights the key has. @default what the key says; `service_role` when it says nothing */
  readonly role?: Role;
  /**
   * The most connections to the project at one time; further requests wait for one, and count as unsent as long as
   * they do. From 2 to 1024. Not with `fetch`. @default 32
   */
  readonly maxSockets?: number;
  /** Goes to the network instead of this layer's own connections; must honour `signal`. */
  readonly fetch?: typeof fetch;
  /** Makes the client: `createClient` of another version of supabase-js, or a fake. @default that of the installed one */
  readonly createClient?: CreateSupabaseClient;
  /** Most bytes of one SQL answer as JSON; the database itself refuses a larger one, and nothing is changed. @default 8_000_000 */
  readonly maxResultBytes?: number;
  /**
   * Whether an etag of 32 hexadecimal digits is the MD5 of the bytes, so that a download is verified by it. Set
   * false where the store encrypts with keys of its own. @default true
   */
  readonly md5Etags?: boolean;
  /** Whether the service has a CDN that can be asked to forget. @default true for hosts below `supabase.co`, else false */
  readonly cdn?: boolean;
  /**
   * Where positions of unfinished large uploads are kept, so that a later process goes on with them; made when
   * needed. Without it they end with the process.
   */
  readonly stateDirectory?: string;
  /** Keeps copies of downloads on this machine and asks before it gives one. @default every download fetches its bytes */
  readonly cache?: DownloadCacheOptions;
  /** The time, milliseconds since 1970. @default Date.now */
  readonly nowMs?: () => number;
  /** Waits between looks at a bucket being emptied. @default a timer that the signal ends */
  readonly sleep?: (ms: number, signal: AbortSignal) => Promise<void>;
}

/** A layer that is supabase-js over HTTP. */
export type SupabaseLayer = Layer<Pick<Ports, 'sql' | 'buckets' | 'files'>>;

/** Makes the layer and connects to nothing. Throws a `TypeError` for a wrong option, and nothing ever again. */
export const createSupabaseLayer = (options: SupabaseLayerOptions): SupabaseLayer => {
  const { url, key, stateDirectory, name = 'supabase', md5Etags = true, nowMs = Date.now, sleep = pause } = options;
  const { maxSockets = 32, maxResultBytes = defaultMaxResultBytes, createClient = createSupabaseClient } = options;
  checkOptions({ url, key, name, maxSockets, maxResultBytes });
  const network = options.fetch === undefined ? createHttpPool({ url, maxSockets }) : poolOver(options.fetch);
  const wire = createWire(network.send);
  const client = createClient(url, key, {
    auth: { persistSession: false, autoRefreshToken: false, detectSessionInUrl: false },
    db: { schema: 'public', retry: false },
    global: { fetch: wire.fetch },
    realtime: { transport: UnusedSocket },
  });
  const claims = claimsOf(key);
  const keyExpired = (): boolean => claims.expiresAtMs !== undefined && claims.expiresAtMs <= nowMs();
  const api = createResumableApi({ fetch: wire.fetch, url, key, nowMs });
  const positions = stateDirectory === undefined ? createMemoryPositions() : createDiskPositions(stateDirectory, nowMs);
  const cache = options.cache && createDownloadCache(options.cache, nowMs);
  const door = createDoor({ layer: name, client, wire, nowMs, keyExpired });
  const files = createFilesPort({
    ...{ door, urls: createStorageUrls(url), md5Etags },
    resumable: { api, positions, project: url },
    ...(cache && { cache }),
  });
  const { cdn = new URL(url).hostname.endsWith('.supabase.co') } = options;
  return {
    contract: 1,
    name,
    authority: { role: options.role ?? claims.role ?? 'service_role', readOnly: false },
    sharedFate: ['rest-api', 'storage-api', 'postgres'],
    ports: {
      sql: createSqlPort(createSqlBackend(name, door), { maxResultBytes }),
      buckets: createBucketsPort({ door, sleep }),
      files: cdn ? files : { ...files, purge: cannot(name, noCdn) },
    },
    lacks: cdn ? {} : { 'files.purge': noCdn },
    probe: (call) =>
      door.during(call, async (attempt) => {
        const seen = await attempt.ask({
          send: ({ storage }) => storage.listBuckets({ limit: 1 }),
          read: (data) => (Array.isArray(data) ? data : undefined),
          explain: storageFailureOf,
        });
        return seen.map(() => undefined);
      }),
    async close() {
      door.close();
      await network.close();
    },
  };
};

const noCdn = 'There is no CDN in front of this service; where there is one, make the layer with `cdn: true`.';

/** Whoever passes a `fetch` keeps its connections. */
const poolOver = (way: typeof fetch): HttpPool => ({ send: sendThrough(way), close: async () => undefined });

const pause = (ms: number, signal: AbortSignal): Promise<void> =>
  wait(ms, undefined, { signal }).catch(() => undefined);
