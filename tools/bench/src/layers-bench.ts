import { createMcpLayer, stdio } from '@hybrid-supabase/adapter-mcp';
import { createSupabaseLayer } from '@hybrid-supabase/adapter-supabase';
import type { Layer } from '@hybrid-supabase/core';
import { startLocalStack } from '@hybrid-supabase/local-stack';
import { createHybrid, type Hybrid } from '@hybrid-supabase/routing-policy';
import { installSql, sql, sqlSemantics } from '@hybrid-supabase/sql';
import type { ResultAsync } from 'neverthrow';
import type { Benchmark, Comparison } from './comparison.js';
import { wallMsOfCalls } from './cpu-time.js';

const calls = 40;
const rounds = 9;

/** The same operations through the MCP server and through supabase-js, on the local stack. */
export const layersBench = async (): Promise<Benchmark> => {
  const started = await startLocalStack();
  if (started.isErr()) throw new Error(started.error.message);
  const stack = started.value;
  const { accessToken, projectRef, managementUrl: apiUrl } = stack;
  const mcp = doorOf(createMcpLayer({ projectRef, connect: stdio({ accessToken, projectRef, apiUrl }) }));
  const supabase = doorOf(createSupabaseLayer({ url: stack.url, key: stack.serviceRoleKey }));
  await prepare(mcp);
  const compare = (name: string, run: (door: Hybrid) => ResultAsync<unknown, unknown>): Comparison => ({
    name,
    unit: 'ms',
    peerName: 'supabase',
    statistics: ['p50', 'p95'],
    rounds,
    ours: () => wallMsOfCalls(calls, () => served(run(mcp))),
    peer: () => wallMsOfCalls(calls, () => served(run(supabase))),
  });
  let written = 0;
  const keyed = () => ({ idempotencyKey: `bench-${(written += 1)}` });
  return {
    comparisons: [
      compare('mcp: sql.read of one row', (door) => door.sql.read(sql`select 1 as one`)),
      compare('mcp: sql.read of 1,000 rows', (door) =>
        door.sql.read(sql`select n, md5(n::text) as digest from generate_series(1, 1000) n`),
      ),
      compare('mcp: sql.write with a key', (door) =>
        door.sql.write(sql`insert into public.bench_rows (label) values (${'bench'})`, keyed()),
      ),
      compare('mcp: buckets.list', (door) => door.buckets.list()),
      compare('mcp: buckets.get', (door) => door.buckets.get({ id: 'bench' })),
    ],
    close: async () => {
      await Promise.all([mcp.close(), supabase.close()]);
      await stack.stop();
    },
  };
};

const doorOf = (layer: Layer): Hybrid => createHybrid({ layers: [layer], semantics: sqlSemantics });

const prepare = async (door: Hybrid): Promise<void> => {
  await served(door.migrations.apply({ name: 'hybrid_install', query: installSql }));
  await served(door.migrations.apply({ name: 'bench_rows', query: 'create table public.bench_rows (label text)' }));
  await served(door.buckets.create({ id: 'bench', public: false }));
};

/** A benchmark of failures would be quick and worth nothing. */
const served = async (answer: ResultAsync<unknown, unknown>): Promise<void> => {
  const result = await answer;
  if (result.isErr()) throw new Error(`A call of the benchmark failed: ${JSON.stringify(result.error)}`);
};
