import { createMcpLayer, stdio } from '@hybrid-supabase/adapter-mcp';
import { createPostgresLayer } from '@hybrid-supabase/adapter-postgres';
import { createSupabaseLayer } from '@hybrid-supabase/adapter-supabase';
import type { MigrationsPort, SqlPort } from '@hybrid-supabase/core';
import { startLocalStack, type IndependentRows } from '@hybrid-supabase/local-stack';
import { isRunning } from './resources.js';

/** A layer that can be killed in the middle of its work. */
export interface KillableLayer {
  readonly name: string;
  readonly sql: SqlPort;
  /** Whether there was something to kill. */
  kill(): boolean | Promise<boolean>;
}

/** All layers on one database. */
export interface KillableLayers {
  readonly layers: readonly KillableLayer[];
  /** Every child process that was started. */
  readonly pids: readonly number[];
  readonly migrate: MigrationsPort['apply'];
  /** Runs one statement on a connection of its own, past every layer. */
  query(text: string): Promise<IndependentRows>;
  closeLayers(): Promise<void>;
  close(): Promise<void>;
}

/** Ends the connection of one session that runs a keyed write, whoever opened it. */
const endOneSession = `select count(pg_terminate_backend(pid))::int as ended from (
  select pid from pg_stat_activity
  where query like '%soak_ledger%' and query not like '%pg_terminate_backend%' and pid <> pg_backend_pid() order by state limit 1) one`;

/** Starts the local stack and the three layers on it. */
export const openKillableLayers = async (): Promise<KillableLayers> => {
  const started = await startLocalStack();
  if (started.isErr()) throw new Error(started.error.message);
  const stack = started.value;
  const pids: number[] = [];
  const { accessToken, projectRef, managementUrl: apiUrl } = stack;
  const connect = stdio({ accessToken, projectRef, apiUrl, onChildStarted: (pid) => void pids.push(pid) });
  const mcp = createMcpLayer({ projectRef, connect });
  const wire = createLossyFetch();
  const supabase = createSupabaseLayer({ url: stack.url, key: stack.serviceRoleKey, fetch: wire.fetch });
  const postgres = createPostgresLayer({ connectionString: stack.databaseUrl });
  const query = async (text: string): Promise<IndependentRows> => {
    const rows = await stack.query(text);
    if (rows.isErr()) throw new Error(`${rows.error.message} ${rows.error.detail ?? ''}`);
    return rows.value;
  };
  const closeLayers = async (): Promise<void> => {
    await Promise.all([mcp, supabase, postgres].map((layer) => layer.close()));
  };
  return {
    layers: [
      { name: mcp.name, sql: mcp.ports.sql, kill: () => killChild(pids.at(-1)) },
      { name: supabase.name, sql: supabase.ports.sql, kill: wire.loseOne },
      {
        name: postgres.name,
        sql: postgres.ports.sql,
        kill: async () => (await query(endOneSession))[0]?.['ended'] === 1,
      },
    ],
    pids,
    migrate: mcp.ports.migrations.apply,
    query,
    closeLayers,
    close: async () => {
      await closeLayers();
      await stack.stop();
    },
  };
};

const killChild = (pid: number | undefined): boolean => {
  if (pid === undefined || !isRunning(pid)) return false;
  process.kill(pid, 'SIGKILL');
  return true;
};

/** A network on which an answer that is under way can be lost: the server has done the work, and nobody hears of it. */
const createLossyFetch = () => {
  const lost: (() => void)[] = [];
  const lossy: typeof fetch = async (input, init) => {
    let lose: () => void = () => undefined;
    const loss = new Promise<never>((_, reject) => {
      lose = () => reject(new TypeError('fetch failed'));
    });
    lost.push(lose);
    try {
      return await Promise.race([fetch(input, init), loss]);
    } finally {
      const at = lost.indexOf(lose);
      if (at !== -1) lost.splice(at, 1);
    }
  };
  const loseOne = (): boolean => {
    const lose = lost.shift();
    lose?.();
    return lose !== undefined;
  };
  return { fetch: lossy, loseOne };
};
