import type { Layer, Ports } from '@hybrid-supabase/core';
import { createHybrid } from '@hybrid-supabase/routing-policy';
import {
  circuitBreaker,
  ConsecutiveBreaker,
  ExponentialBackoff,
  handleAll,
  retry,
  timeout,
  TimeoutStrategy,
  wrap,
} from 'cockatiel';
import { err, ok } from 'neverthrow';
import CircuitBreaker from 'opossum';
import type { Benchmark, Comparison } from './comparison.js';
import { cpuMicrosPerCall, type Answer } from './cpu-time.js';

const calls = 5000;
const rounds = 15;

/** What the router costs over a layer that does nothing, beside the libraries that people use today. */
export const routingBench = async (): Promise<Benchmark> => {
  const answer = async () => ok([]);
  const hybrid = createHybrid({ layers: [noOpLayer(answer)] });
  const signalled = createHybrid({
    layers: [noOpLayer(async (_input, call) => (call.signal.aborted ? err(never) : ok([])))],
  });
  const opossum = new CircuitBreaker(answer);
  const cockatiel = wrap(
    retry(handleAll, { maxAttempts: 3, backoff: new ExponentialBackoff() }),
    circuitBreaker(handleAll, { halfOpenAfter: 10_000, breaker: new ConsecutiveBreaker(5) }),
    timeout(10_000, TimeoutStrategy.Cooperative),
  );
  const oursOf = (door: typeof hybrid) => () => cpuMicrosPerCall(calls, () => door.buckets.list());
  const compare = (
    name: string,
    ours: Comparison['ours'],
    peerName: string,
    target: number,
    peer: () => Answer,
  ): Comparison => ({
    name,
    unit: 'µs',
    peerName,
    target,
    statistics: ['p50'],
    rounds,
    ours,
    peer: () => cpuMicrosPerCall(calls, peer),
  });
  return {
    comparisons: [
      compare('default policy, no-op layer', oursOf(hybrid), 'opossum 9 defaults', 1.0, () => opossum.fire()),
      compare(
        'default policy, no-op layer, whole stack',
        oursOf(hybrid),
        'cockatiel 3.2 retry+breaker+timeout',
        1 / 12,
        () => cockatiel.execute(answer),
      ),
      compare('layer that reads the signal', oursOf(signalled), 'AbortController + timer', 1.3, () =>
        withSignal(answer),
      ),
    ],
    close: async () => {
      opossum.shutdown();
      await hybrid.close();
      await signalled.close();
    },
  };
};

const never = Object.freeze({ kind: 'cancelled', layer: 'no-op', effect: 'none', message: 'Stopped.' } as const);

const noOpLayer = (list: Ports['buckets']['list']): Layer => {
  const unused = async () => err(never);
  return {
    contract: 1,
    name: 'no-op',
    authority: { role: 'postgres', readOnly: false },
    sharedFate: [],
    ports: { buckets: { list, get: unused, create: unused, update: unused, empty: unused, delete: unused } },
    lacks: {},
    probe: async () => ok(undefined),
    close: async () => undefined,
  };
};

/** The least that a cancellable call with a deadline costs by hand. */
const withSignal = async (answer: () => Promise<unknown>): Promise<unknown> => {
  const controller = new AbortController();
  const timer = setTimeout(() => controller.abort(), 30_000);
  try {
    return controller.signal.aborted ? undefined : await answer();
  } finally {
    clearTimeout(timer);
  }
};
