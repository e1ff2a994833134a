import { createMcpLayer, stdio, type McpPorts } from '@hybrid-supabase/adapter-mcp';
import { startFaultyProxy, type FaultyProxy } from '@hybrid-supabase/contract-tests';
import type { Call, Layer } from '@hybrid-supabase/core';
import type { Benchmark, Comparison } from './comparison.js';
import { alternately } from './alternately.js';
import { calledTool, childrenOfASide, connectBareChild } from './bare-child.js';

const projectRef = 'abcdefghijklmnopqrst';
const accessToken = 'sbp_0123456789012345678901234567890123456789';
const calls = 100;
const warmUpRounds = 5;
/** What a reconnect may take beyond the start of a bare child. */
const graceMs = 50;

/** The adapter against the bare SDK client, a pool of two against one child, and a reconnect against a bare start. */
export const mcpBench = async (): Promise<Benchmark> => {
  const api = await startApi();
  const pids: number[] = [];
  const open = (poolSize: number): Layer<McpPorts> => {
    const onChildStarted = (pid: number): void => void pids.push(pid);
    const connect = stdio({ accessToken, projectRef, apiUrl: api.url, poolSize, onChildStarted });
    return createMcpLayer({ connect, projectRef });
  };
  const layers = Array.from({ length: childrenOfASide }, () => open(1));
  const clients = await Promise.all(layers.map(() => connectBareChild({ accessToken, projectRef, apiUrl: api.url })));
  const [one = open(1)] = layers;
  const two = open(2);
  const mortal = open(1);
  // A child that has served thousands of calls is twice as quick as a new one: all begin equal.
  for (const layer of [...layers, two])
    for (let round = 0; round < warmUpRounds; round += 1) await wallMsPerCall(32, () => listed(layer));
  for (const client of clients)
    for (let served = 0; served < warmUpRounds * calls * 2; served += 1) await calledTool(client, 'list_migrations');
  return {
    comparisons: [
      perCall(
        'migrations.list, one after the other',
        layers.map((layer) => () => listed(layer)),
        clients.map((client) => () => calledTool(client, 'list_migrations')),
      ),
      perCall(
        'project.extensions, one after the other',
        layers.map((layer) => () => extended(layer)),
        clients.map((client) => () => calledTool(client, 'list_extensions')),
      ),
      ...[1, 8, 32].map((inFlight) => poolAgainstOne(inFlight, two, one)),
      afterDeath(mortal, pids, api.url),
    ],
    close: async () => {
      await Promise.all([...layers, two, mortal, ...clients].map((each) => each.close()));
      await api.close();
    },
  };
};

type Ask = () => Promise<void>;

const perCall = (name: string, ours: readonly Ask[], peers: readonly Ask[]): Comparison => ({
  name,
  unit: 'ms',
  peerName: 'bare client',
  target: 1.15,
  statistics: ['p50'],
  rounds: 15,
  ...alternately(calls, ours, peers),
});

const poolAgainstOne = (inFlight: number, two: Layer<McpPorts>, one: Layer<McpPorts>): Comparison => ({
  name: `a pool of two, ${inFlight} in flight`,
  unit: 'ms',
  peerName: 'one child',
  statistics: ['p50'],
  rounds: 9,
  ours: () => wallMsPerCall(inFlight, () => listed(two)),
  peer: () => wallMsPerCall(inFlight, () => listed(one)),
});

const afterDeath = (layer: Layer<McpPorts>, pids: readonly number[], apiUrl: string): Comparison => ({
  name: 'next call after a killed child',
  unit: 'ms',
  peerName: `bare start + ${graceMs} ms`,
  target: 1,
  statistics: ['p50'],
  rounds: 15,
  ours: async () => {
    await listed(layer);
    const pid = pids.at(-1);
    if (pid === undefined) throw new Error('No child was started.');
    process.kill(pid, 'SIGKILL');
    await untilGone(pid);
    const startMs = performance.now();
    await listed(layer);
    return [performance.now() - startMs];
  },
  peer: async () => {
    const startMs = performance.now();
    const client = await connectBareChild({ accessToken, projectRef, apiUrl });
    const tookMs = performance.now() - startMs;
    await client.close();
    return [tookMs + graceMs];
  },
});

/** Wall-clock milliseconds a call, with so many under way at every moment. */
const wallMsPerCall = async (inFlight: number, call: () => Promise<void>): Promise<readonly number[]> => {
  const total = calls * 2;
  let started = 0;
  const worker = async (): Promise<void> => {
    for (; started < total;) {
      started += 1;
      await call();
    }
  };
  const startMs = performance.now();
  await Promise.all(Array.from({ length: inFlight }, worker));
  return [(performance.now() - startMs) / total];
};

const newCall = (): Call => ({
  signal: new AbortController().signal,
  deadlineMs: performance.now() + 60_000,
  attempt: 1,
  attemptId: 'bench',
  progressed: () => undefined,
  note: () => undefined,
});

/** A benchmark of failures would be quick and worth nothing. */
const listed = async ({ ports }: Layer<McpPorts>): Promise<void> => {
  const result = await ports.migrations.list({}, newCall());
  if (result.isErr()) throw new Error(`A call of the benchmark failed: ${result.error.message}`);
};

const extended = async ({ ports }: Layer<McpPorts>): Promise<void> => {
  const result = await ports.project.extensions({}, newCall());
  if (result.isErr()) throw new Error(`A call of the benchmark failed: ${result.error.message}`);
};

/** A Management API that answers at once: what remains is the cost of the way to it. */
const startApi = async (): Promise<FaultyProxy> => {
  const migrations = [{ version: '20261122201500', name: 'first' }];
  const extensions = [
    { name: 'pgcrypto', schema: null, default_version: '1.3', installed_version: null, comment: null },
  ];
  const api = await startFaultyProxy({ target: 'http://127.0.0.1:9', keepAlive: true });
  const answer = async (path: RegExp, value: unknown): Promise<void> => {
    const headers = { 'content-type': 'application/json' };
    await api.break({ fault: 'status', status: 200, headers, body: JSON.stringify(value), path });
  };
  await answer(/\/database\/migrations$/, migrations);
  await answer(/\/database\/query$/, extensions);
  return api;
};

const untilGone = async (pid: number): Promise<void> => {
  while (isRunning(pid)) await new Promise((resolve) => setImmediate(resolve));
};

const isRunning = (pid: number): boolean => {
  try {
    return process.kill(pid, 0);
  } catch {
    return false;
  }
};
