import { once } from 'node:events';
import { createRequire } from 'node:module';
import { createServer } from 'node:http';
import { dirname, join } from 'node:path';
import { createMcpLayer, stdio, type McpPorts } from '@hybrid-supabase/adapter-mcp';
import type { Call, Layer } from '@hybrid-supabase/core';
import { Client } from '@modelcontextprotocol/sdk/client/index.js';
import { StdioClientTransport } from '@modelcontextprotocol/sdk/client/stdio.js';
import type { Benchmark, Comparison } from './comparison.js';
import { wallMsOfCalls } from './cpu-time.js';

const require = createRequire(import.meta.url);
const projectRef = 'abcdefghijklmnopqrst';
const accessToken = 'sbp_0123456789012345678901234567890123456789';
const calls = 100;
const warmUpRounds = 15;
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
  const bare = await connectBare(api.url);
  const one = open(1);
  const two = open(2);
  const mortal = open(1);
  // A child that has served thousands of calls is twice as quick as a new one: all begin equal.
  for (const layer of [one, two])
    for (let round = 0; round < warmUpRounds; round += 1) await wallMsPerCall(32, () => listed(layer));
  for (let served = 0; served < warmUpRounds * calls; served += 1) await called(bare, 'list_migrations');
  return {
    comparisons: [
      perCall(
        'migrations.list, one after the other',
        () => listed(one),
        () => called(bare, 'list_migrations'),
      ),
      perCall(
        'project.extensions, one after the other',
        () => extended(one),
        () => called(bare, 'list_extensions'),
      ),
      ...[1, 8, 32].map((inFlight) => poolAgainstOne(inFlight, two, one)),
      afterDeath(mortal, pids, api.url),
    ],
    close: async () => {
      await Promise.all([one.close(), two.close(), mortal.close(), bare.close()]);
      await api.close();
    },
  };
};

const perCall = (name: string, ours: () => Promise<void>, peer: () => Promise<void>): Comparison => ({
  name,
  unit: 'ms',
  peerName: 'bare client',
  target: 1.15,
  statistics: ['p50'],
  rounds: 15,
  ours: () => wallMsOfCalls(calls, ours),
  peer: () => wallMsOfCalls(calls, peer),
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
  rounds: 9,
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
    const client = await connectBare(apiUrl);
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

const called = async (client: Client, name: string): Promise<void> => {
  const { isError } = await client.callTool({ name, arguments: {} });
  if (isError === true) throw new Error('A call of the bare client failed.');
};

/** The same child as the layer's, without anything of ours. */
const connectBare = async (apiUrl: string): Promise<Client> => {
  const main = require.resolve('@supabase/mcp-server-supabase');
  const client = new Client({ name: 'bench', version: '0.1.0' });
  const features = '--features=database,storage,debugging,development,branching';
  const args = [join(dirname(main), 'cli.js'), `--project-ref=${projectRef}`, `--api-url=${apiUrl}`, features];
  const env = { SUPABASE_ACCESS_TOKEN: accessToken };
  await client.connect(new StdioClientTransport({ command: process.execPath, args, env, stderr: 'ignore' }));
  return client;
};

/** A Management API that answers at once: what remains is the cost of the way to it. */
const startApi = async (): Promise<{ readonly url: string; close(): Promise<void> }> => {
  const migrations = JSON.stringify([{ version: '20261122201500', name: 'first' }]);
  const extensions = JSON.stringify([
    { name: 'pgcrypto', schema: null, default_version: '1.3', installed_version: null, comment: null },
  ]);
  const server = createServer((request, response) => {
    request.resume();
    response.writeHead(200, { 'content-type': 'application/json' });
    response.end(request.url?.endsWith('/query') === true ? extensions : migrations);
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  const port = typeof address === 'object' && address !== null ? address.port : 0;
  return {
    url: `http://127.0.0.1:${port}`,
    close: async () => {
      server.close();
      server.closeAllConnections();
      await once(server, 'close');
    },
  };
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
