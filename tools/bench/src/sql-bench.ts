import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { createMcpLayer, stdio } from '@hybrid-supabase/adapter-mcp';
import { createSupabaseLayer } from '@hybrid-supabase/adapter-supabase';
import type { Call, Layer, SqlPort } from '@hybrid-supabase/core';
import { startLocalStack, type LocalStack } from '@hybrid-supabase/local-stack';
import { createHybrid, type Hybrid } from '@hybrid-supabase/routing-policy';
import { installSql, sql, sqlSemantics } from '@hybrid-supabase/sql';
import { Client } from '@modelcontextprotocol/sdk/client/index.js';
import { StdioClientTransport } from '@modelcontextprotocol/sdk/client/stdio.js';
import { PostgrestClient } from '@supabase/postgrest-js';
import type { Result, ResultAsync } from 'neverthrow';
import type { Benchmark, Comparison } from './comparison.js';
import { wallMsOfCalls, type Answer } from './cpu-time.js';

const require = createRequire(import.meta.url);
const calls = 60;
const rounds = 15;
const readsAtOnce = 64;
const warmUpCalls = 600;

/** A read through the door against the raw call of each SDK, and reads that travel together against one call each. */
export const sqlBench = async (): Promise<Benchmark> => {
  const started = await startLocalStack();
  if (started.isErr()) throw new Error(started.error.message);
  const stack = started.value;
  const { accessToken, projectRef, managementUrl: apiUrl } = stack;
  const connect = stdio({ accessToken, projectRef, apiUrl });
  const alone = createMcpLayer({ projectRef, connect });
  const together = createMcpLayer({ projectRef, connect, coalesceReads: true });
  const mcp = doorOf(alone);
  const supabase = doorOf(createSupabaseLayer({ url: stack.url, key: stack.serviceRoleKey }));
  await prepare(mcp);
  const bare = await connectBare(stack);
  const client = bareRest(stack);
  const throughMcp: Sides = {
    ours: () => served(mcp.sql.read(sql`select 1 as one`)),
    peer: () => called(bare, 'select 1 as one'),
  };
  const throughRest: Sides = {
    ours: () => served(supabase.sql.read(sql`select 1 as one`)),
    peer: async () => {
      const { error } = await client.rpc('hybrid_run', plainRead);
      if (error !== null) throw new Error(`A raw call of the benchmark failed: ${error.message}`);
    },
  };
  for (const sides of [throughMcp, throughRest]) await warmUp(sides);
  return {
    comparisons: [
      perCall('mcp: sql.read of one row', 'raw tool call', 1.25, throughMcp),
      perCall('supabase: sql.read of one row', 'raw rpc call', 1.15, throughRest),
      ...manyAtOnce(together.ports.sql, alone.ports.sql),
    ],
    close: async () => {
      await Promise.all([mcp.close(), together.close(), supabase.close(), bare.close()]);
      await stack.stop();
    },
  };
};

/**
 * A program that has run for a while is what is compared. Without this our code would be measured while Node still
 * interprets it, and the SDK's, which both sides run, after twice as many calls.
 */
const warmUp = async ({ ours, peer }: Sides): Promise<void> => {
  for (let done = 0; done < warmUpCalls; done += 1) {
    await ours();
    await peer();
  }
};

/** What a program would send by hand to get the same rows. */
const plainRead = {
  request: { kind: 'read', statements: [{ answers: true, sql: 'select to_json(t)::text from (select 1 as one) t' }] },
};

const doorOf = (layer: Layer): Hybrid => createHybrid({ layers: [layer], semantics: sqlSemantics });

const prepare = async (door: Hybrid): Promise<void> => {
  const table = `create table public.bench_orders (id int8 primary key, label text);
insert into public.bench_orders select n, 'order ' || n from generate_series(1, 1000) n;`;
  await served(door.migrations.apply({ name: 'hybrid_install', query: installSql }));
  await served(door.migrations.apply({ name: 'bench_orders', query: table }));
};

interface Sides {
  readonly ours: () => Answer;
  readonly peer: () => Answer;
}

const perCall = (name: string, peerName: string, target: number, { ours, peer }: Sides): Comparison => ({
  name,
  unit: 'ms',
  peerName,
  target,
  statistics: ['p50', 'p95'],
  rounds,
  ours: () => wallMsOfCalls(calls, ours),
  peer: () => wallMsOfCalls(calls, peer),
});

/** The time for all is the inverse of the reads in a second: a quarter is four times as many. */
const manyAtOnce = (together: SqlPort, alone: SqlPort): readonly Comparison[] => {
  const compare = (
    name: string,
    target: number,
    statistic: 'p50' | 'p95',
    samples: (port: SqlPort) => Promise<readonly number[]>,
  ): Comparison => ({
    name: `${readsAtOnce} reads at once, together: ${name}`,
    unit: 'ms',
    peerName: 'one call each',
    target,
    statistics: [statistic],
    rounds,
    ours: () => samples(together),
    peer: () => samples(alone),
  });
  return [
    compare('time for all', 0.25, 'p50', async (port) => {
      const startMs = performance.now();
      await eachMs(port);
      return [performance.now() - startMs];
    }),
    compare('time of each', 1, 'p95', eachMs),
  ];
};

const eachMs = (port: SqlPort): Promise<readonly number[]> =>
  Promise.all(
    Array.from({ length: readsAtOnce }, async (_, at) => {
      const startMs = performance.now();
      await served(port.read(sql`select id, label from public.bench_orders where id = ${at + 1}::int8`, newCall()));
      return performance.now() - startMs;
    }),
  );

const newCall = (): Call => ({
  signal: new AbortController().signal,
  deadlineMs: performance.now() + 60_000,
  attempt: 1,
  attemptId: 'bench',
  progressed: () => undefined,
  note: () => undefined,
});

/** A benchmark of failures would be quick and worth nothing. */
const served = async (answer: Promise<Result<unknown, unknown>> | ResultAsync<unknown, unknown>): Promise<void> => {
  const result = await answer;
  if (result.isErr()) throw new Error(`A call of the benchmark failed: ${JSON.stringify(result.error)}`);
};

/** What `rpc` of supabase-js is; all of supabase-js wants a WebSocket, which Node 20 lacks. */
const bareRest = ({ url, serviceRoleKey }: LocalStack): PostgrestClient =>
  new PostgrestClient(`${url}/rest/v1`, {
    headers: { apikey: serviceRoleKey, authorization: `Bearer ${serviceRoleKey}` },
  });

/** The official server as a child of its own, and the SDK's client on it. */
const connectBare = async ({ accessToken, projectRef, managementUrl }: LocalStack): Promise<Client> => {
  const main = require.resolve('@supabase/mcp-server-supabase');
  const client = new Client({ name: 'bench', version: '0.1.0' });
  const args = [join(dirname(main), 'cli.js'), `--project-ref=${projectRef}`, `--api-url=${managementUrl}`];
  const env = { SUPABASE_ACCESS_TOKEN: accessToken };
  await client.connect(
    new StdioClientTransport({
      command: process.execPath,
      args: [...args, '--features=database,storage'],
      env,
      stderr: 'ignore',
    }),
  );
  return client;
};

const called = async (client: Client, query: string): Promise<void> => {
  const { isError } = await client.callTool({ name: 'execute_sql', arguments: { query } });
  if (isError === true) throw new Error('A raw call of the benchmark failed.');
};
