import type { Layer, Ports } from '@hybrid-supabase/core';
import { createHybrid, type Hybrid } from '@hybrid-supabase/routing-policy';
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
import { heapBytesPerCall } from './heap-bytes.js';
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
  const listened = createHybrid({ layers: [noOpLayer(answer)], report: () => undefined });
  const dead = { ...noOpLayer(async () => err(shut)), name: 'dead' };
  const breaker = { state: 'open', pauseLeftMs: 3_600_000, doublings: 0, calls: 9, failures: 9, slow: 0 } as const;
  const withDead = createHybrid({ layers: [dead, noOpLayer(answer)], state: { breakers: { dead: breaker } } });
  const failing = createHybrid({
    layers: [noOpLayer(answer, async () => err(shut))],
    policy: { '*': { maxAttempts: 1, breaker: { minimumCalls: 1_000_000, windowMs: 3_600_000 } } },
  });
  await fillWindow(failing);
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
      {
        ...compare('layer that reads the signal', oursOf(signalled), 'AbortController + timer', 1.3, () =>
          withSignal(answer),
        ),
        // A signal is much garbage, in Node itself: when it is collected differs from round to round.
        rounds: 31,
      },
      {
        ...limit('default policy, heap of a call', 'bytes', 3_000, '3.0 KB'),
        rounds: 31,
        ours: () => heapBytesPerCall(500, () => hybrid.buckets.list()),
      },
      // Were the events made all the same, both figures would be those of a door that is listened to.
      {
        ...compare('no listener, no-op layer', oursOf(hybrid), 'a listener that drops all events', 1.0, () =>
          listened.buckets.list(),
        ),
        rounds: 31,
      },
      {
        name: 'no listener, heap of a call',
        unit: 'bytes',
        peerName: 'a listener that drops all events',
        target: 0.9,
        statistics: ['p50'],
        rounds: 31,
        ours: () => heapBytesPerCall(500, () => hybrid.buckets.list()),
        peer: () => heapBytesPerCall(500, () => listened.buckets.list()),
      },
      {
        ...limit('an open breaker skips a dead layer', 'µs', 1, '1 µs more than without that layer'),
        ours: async () => {
          const [beside] = await cpuMicrosPerCall(calls, () => withDead.buckets.list());
          const [alone] = await cpuMicrosPerCall(calls, () => hybrid.buckets.list());
          return [Math.max(0.001, (beside ?? 0) - (alone ?? 0))];
        },
      },
      {
        ...limit('a failing call with 100,000 calls in the window', 'µs', 100, '0.1 ms'),
        ours: () => cpuMicrosPerCall(1_000, () => failing.buckets.get({ id: 'b' })),
      },
    ],
    close: async () => {
      opossum.shutdown();
      await hybrid.close();
      await signalled.close();
      await listened.close();
      await withDead.close();
      await failing.close();
    },
  };
};

/** Puts 100,000 calls into the breaker's window, and makes sure that they are there. */
const fillWindow = async (door: Hybrid<Pick<Ports, 'buckets'>>): Promise<void> => {
  for (let call = 0; call < 100_000; call += 1) await door.buckets.list();
  const [health] = door.health();
  if ((health?.calls ?? 0) < 100_000) throw new Error(`Only ${health?.calls ?? 0} calls are in the breaker's window.`);
};

const shut = Object.freeze({ kind: 'unavailable', layer: 'no-op', effect: 'none', message: 'Shut.' } as const);
const never = Object.freeze({ kind: 'cancelled', layer: 'no-op', effect: 'none', message: 'Stopped.' } as const);

/** A figure of ours against a fixed limit. */
const limit = (name: string, unit: Comparison['unit'], most: number, peerName: string): Omit<Comparison, 'ours'> => ({
  name,
  unit,
  peerName: `limit of ${peerName}`,
  target: 1,
  statistics: ['p50'],
  rounds,
  peer: async () => [most],
});

const noOpLayer = (list: Ports['buckets']['list'], get?: Ports['buckets']['get']): Layer => {
  const unused = async () => err(never);
  return {
    contract: 1,
    name: 'no-op',
    authority: { role: 'postgres', readOnly: false },
    sharedFate: [],
    ports: { buckets: { list, get: get ?? unused, create: unused, update: unused, empty: unused, delete: unused } },
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
