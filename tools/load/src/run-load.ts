import { cpus, loadavg } from 'node:os';
import { createMcpLayer, stdio } from '@hybrid-supabase/adapter-mcp';
import { createSupabaseLayer } from '@hybrid-supabase/adapter-supabase';
import type { LocalStack } from '@hybrid-supabase/local-stack';
import { heapAfterCollection, seededRandom } from '@hybrid-supabase/rig';
import { createHybrid, type Hybrid, type RoutingPolicy } from '@hybrid-supabase/routing-policy';
import { sqlSemantics } from '@hybrid-supabase/sql';
import { rateOf, type Ramp } from './arrivals.js';
import { closedLoopRate } from './closed-loop.js';
import { judge } from './judge.js';
import { mixedCall, prepareMix } from './load-mix.js';
import type { LoadResult } from './load-result.js';
import { openLoop } from './open-loop.js';

/** Where the stack is. */
export type StackAddress = Pick<LocalStack, 'url' | 'managementUrl' | 'projectRef' | 'serviceRoleKey' | 'accessToken'>;

/** How long, how hard, and on what. */
export interface LoadOptions {
  readonly stack: StackAddress;
  readonly policy: RoutingPolicy;
  readonly seconds: number;
  readonly steps: number;
  readonly seed: number;
  /** How long each caller is ready to wait for an answer. */
  readonly timeoutMs: number;
  /** How long the first look at the stack's speed takes. */
  readonly warmMs: number;
  /** The first and the last rate, in parts of what the stack serves when callers wait for each other. */
  readonly from: number;
  readonly to: number;
  /** Told what it is about to do, for people. */
  readonly onProgress?: (line: string) => void;
}

/** Calls at a rate that rises until far more arrive than the stack can serve, through both layers. */
export const runLoad = async (options: LoadOptions): Promise<LoadResult> => {
  const door = doorTo(options);
  try {
    return await underLoad(door, options);
  } finally {
    await door.close();
  }
};

const doorTo = ({ stack, policy }: LoadOptions): Hybrid => {
  const { accessToken, projectRef, managementUrl, url, serviceRoleKey } = stack;
  return createHybrid({
    policy,
    layers: [
      createMcpLayer({ projectRef, connect: stdio({ accessToken, projectRef, apiUrl: managementUrl }) }),
      createSupabaseLayer({ url, key: serviceRoleKey }),
    ],
    semantics: sqlSemantics,
  });
};

const underLoad = async (door: Hybrid, options: LoadOptions): Promise<LoadResult> => {
  const machine = { cores: cpus().length, loadBefore: loadavg()[0] ?? 0 };
  const { seconds, steps, seed, timeoutMs, warmMs, from, to, onProgress = () => undefined } = options;
  onProgress('preparing …');
  await prepareMix(door);
  const random = seededRandom(seed);
  let calls = 0;
  const call = () => mixedCall(door, (calls += 1), random(), { timeoutMs });
  const closedRate = await closedLoopRate(call, warmMs);
  const heapBeforeMiB = inMiB(await heapAfterCollection());
  const rssBeforeMiB = inMiB(process.memoryUsage.rss());
  const ramp: Ramp = { steps, stepMs: (seconds * 1_000) / steps, fromRate: closedRate * from, toRate: closedRate * to };
  onProgress(`from ${ramp.fromRate.toFixed(0)} to ${ramp.toRate.toFixed(0)} calls a second in ${seconds} s …`);
  let rssPeakMiB = rssBeforeMiB;
  const look = (): void => void (rssPeakMiB = Math.max(rssPeakMiB, inMiB(process.memoryUsage.rss())));
  const { tallies, offered, answered } = await openLoop({ ramp, random, call, look, patienceMs: timeoutMs + 15_000 });
  const told = tallies.map((tally, step) => tally.step(step + 1, rateOf(ramp, step), ramp.stepMs));
  const memory = { heapBeforeMiB, heapAfterMiB: inMiB(await heapAfterCollection()), rssBeforeMiB, rssPeakMiB };
  const checks = judge({ steps: told, offered, answered, memory });
  const ok = checks.every((check) => check.ok);
  return { seed, seconds, closedLoopRate: closedRate, steps: told, memory, machine, checks, ok };
};

const inMiB = (bytes: number): number => bytes / 1_048_576;
