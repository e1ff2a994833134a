import { setTimeout as rest } from 'node:timers/promises';
import { createMcpLayer, stdio } from '@hybrid-supabase/adapter-mcp';
import { createSupabaseLayer } from '@hybrid-supabase/adapter-supabase';
import type { Call, Layer, SqlPort } from '@hybrid-supabase/core';
import { startStackElsewhere, type StackElsewhere } from '@hybrid-supabase/rig/stack-elsewhere';
import { createHybrid, type Hybrid } from '@hybrid-supabase/routing-policy';
import { installSql, sql, sqlSemantics } from '@hybrid-supabase/sql';
import { PostgrestClient } from '@supabase/postgrest-js';
import type { Result, ResultAsync } from 'neverthrow';
import { alternately } from './alternately.js';
import { calledTool, childrenOfASide, connectBareChild } from './bare-child.js';
import type { Benchmark, Comparison } from './comparison.js';

const calls = 100;
const rounds = 15;
const readsAtOnce = 64;
const warmUpCalls = 2_000;
/** Of each side; every session of the database has met both kinds of call by then. */
const warmUpBursts = 120;
const restMs = 250;

/** A read through the door against the raw call of each SDK, and reads that travel together against one call each. */
export const sqlBench = async (): Promise<Benchmark> => {
  const stack = await startStackElsewhere();
  const { accessToken, projectRef, managementUrl: apiUrl } = stack;
  const connect = stdio({ accessToken, projectRef, apiUrl });
  const ofASide = <T>(make: () => T): readonly T[] => Array.from({ length: childrenOfASide }, make);
  const alone = ofASide(() => createMcpLayer({ projectRef, connect }));
  const together = ofASide(() => createMcpLayer({ projectRef, connect, coalesceReads: true }));
  const doors = alone.map(doorOf);
  const supabase = doorOf(createSupabaseLayer({ url: stack.url, key: stack.serviceRoleKey }));
  await prepare(doors[0] ?? supabase);
  const clients = await Promise.all(ofASide(() => connectBareChild({ accessToken, projectRef, apiUrl })));
  const throughMcp: Sides = {
    ours: doors.map((door) => () => read(door)),
    peers: clients.map((client) => () => calledTool(client, 'execute_sql', { query: 'select 1 as one' })),
  };
  const throughRest: Sides = { ours: [() => read(supabase)], peers: [rawCall(stack)] };
  for (const sides of [throughMcp, throughRest]) await warmUp(sides);
  return {
    comparisons: [
      perCall('mcp: sql.read of one row', 'raw tool call', 1.25, throughMcp),
      perCall('supabase: sql.read of one row', 'raw rpc call', 1.15, throughRest),
      ...manyAtOnce(
        together.map(({ ports }) => ports.sql),
        alone.map(({ ports }) => ports.sql),
      ),
    ],
    close: async () => {
      await Promise.all([...doors, ...together, supabase, ...clients].map((each) => each.close()));
      await stack.stop();
    },
  };
};

const read = (door: Hybrid): Promise<void> => served(door.sql.read(sql`select 1 as one`));

/** What is compared takes its calls in turn, each with every child of its side. */
interface Sides {
  readonly ours: readonly (() => Promise<void>)[];
  readonly peers: readonly (() => Promise<void>)[];
}

/**
 * A program that has run for a while is what is compared. Without this our code would be measured while Node still
 * interprets it, and the SDK's, which both sides run, after twice as many calls.
 */
const warmUp = async ({ ours, peers }: Sides): Promise<void> => {
  for (let done = 0; done < warmUpCalls; done += 1) for (const call of [...ours, ...peers]) await call();
};

/** What `rpc` of supabase-js is; all of supabase-js wants a WebSocket, which Node 20 lacks. */
const rawCall = ({ url, serviceRoleKey }: StackElsewhere): (() => Promise<void>) => {
  const headers = { apikey: serviceRoleKey, authorization: `Bearer ${serviceRoleKey}` };
  const client = new PostgrestClient(`${url}/rest/v1`, { headers });
  return async () => {
    const { error } = await client.rpc('hybrid_run', plainRead);
    if (error !== null) throw new Error(`A raw call of the benchmark failed: ${error.message}`);
  };
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

const perCall = (name: string, peerName: string, target: number, { ours, peers }: Sides): Comparison => ({
  name,
  unit: 'ms',
  peerName,
  target,
  statistics: ['p50', 'p95'],
  rounds,
  ...alternately(calls, ours, peers),
});

/** The time for all is the inverse of the reads in a second: a quarter is four times as many. */
const manyAtOnce = (together: readonly SqlPort[], alone: readonly SqlPort[]): readonly Comparison[] => {
  let warmedUp: Promise<void> | undefined;
  // When the first of them is measured: a session of the database that nobody uses ends after a while.
  const warmUpAll = (): Promise<void> => (warmedUp ??= warmUpBoth(together, alone));
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
    ours: inTurn(together, warmUpAll, samples),
    peer: inTurn(alone, warmUpAll, samples),
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

const warmUpBoth = async (together: readonly SqlPort[], alone: readonly SqlPort[]): Promise<void> => {
  const [next, nextAlone] = [endless(together), endless(alone)];
  for (let sent = 0; sent < warmUpBursts; sent += 1) {
    await eachMs(next());
    await eachMs(nextAlone());
  }
};

/** Each round with the next port, and from rest: the stack cleans a session up after its answer, which would count for whoever comes next. */
const inTurn = <T>(
  ports: readonly SqlPort[],
  warmUpAll: () => Promise<void>,
  samples: (port: SqlPort) => Promise<T>,
): (() => Promise<T>) => {
  const next = endless(ports);
  return async () => {
    await warmUpAll();
    await rest(restMs);
    return samples(next());
  };
};

/** One after the other, and then from the first on again. */
const endless = <T>(items: readonly T[]): (() => T) => {
  const order = (function* () {
    for (;;) yield* items;
  })();
  return () => order.next().value;
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
