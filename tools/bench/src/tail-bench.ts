import type { Layer, LayerResult } from '@hybrid-supabase/core';
import { createHybrid, type RoutingPolicy } from '@hybrid-supabase/routing-policy';
import { err, ok } from 'neverthrow';
import type { Benchmark } from './comparison.js';
import type { Answer } from './cpu-time.js';
import { quantile } from './statistics.js';

const shut = Object.freeze({ kind: 'unsupported', layer: 'slow', effect: 'none', message: 'Not here.' } as const);
const calls = 6_000;
const atATime = 40;
// Long enough that the hiccups of a busy machine do not count.
const fastMs = 10;
const slowMs = 1_000;
const slowShare = 0.02;

interface Measured {
  readonly p999Ms: number;
  readonly layerCalls: number;
}

/** What hedging makes of a backend where two calls in a hundred take a hundred times longer. */
export const tailBench = async (): Promise<Benchmark> => {
  const hedged = () => measure({ 'buckets.*': { reads: { hedge: {} } } });
  const plain = () => measure({});
  return {
    comparisons: [
      {
        name: 'p99.9 of reads, 2 % of them 100 times slower',
        unit: 'ms',
        peerName: 'without hedging',
        target: 0.1,
        statistics: ['p50'],
        rounds: 3,
        ours: async () => [(await hedged()).p999Ms],
        peer: async () => [(await plain()).p999Ms],
      },
      {
        name: 'calls that reach the layer',
        unit: 'calls',
        peerName: 'without hedging',
        target: 1.04,
        statistics: ['p50'],
        rounds: 1,
        ours: async () => [(await hedged()).layerCalls],
        peer: async () => [(await plain()).layerCalls],
      },
    ],
    close: async () => undefined,
  };
};

/** A door of its own each time, warmed up, so that no round profits from the one before. */
const measure = async (policy: RoutingPolicy): Promise<Measured> => {
  const backend = slowNowAndThen();
  const hybrid = createHybrid({ layers: [backend.layer], policy });
  await run(500, () => hybrid.buckets.list());
  const before = backend.calls();
  const samples = await run(calls, () => hybrid.buckets.list());
  const layerCalls = backend.calls() - before;
  await hybrid.close();
  return { p999Ms: quantile(samples, 0.999), layerCalls };
};

const run = async (count: number, call: () => Answer): Promise<readonly number[]> => {
  const samples: number[] = [];
  let started = 0;
  const worker = async (): Promise<void> => {
    while (started < count) {
      started += 1;
      const startMs = performance.now();
      await call();
      samples.push(performance.now() - startMs);
    }
  };
  await Promise.all(Array.from({ length: atATime }, worker));
  return samples;
};

/** The same calls are slow in every run: a fixed seed, and no two runs share their draw. */
const slowNowAndThen = (): { readonly layer: Layer; calls(): number } => {
  let seed = 20_261_122;
  let made = 0;
  const random = (): number => (seed = (seed * 16_807) % 2_147_483_647) / 2_147_483_647;
  const after = (ms: number, signal: AbortSignal): LayerResult<never[]> =>
    new Promise((resolve) => {
      const end = (): void => {
        clearTimeout(timer);
        resolve(ok([]));
      };
      const timer = setTimeout(end, ms);
      signal.addEventListener('abort', end, { once: true });
    });
  const unused = async () => err(shut);
  return {
    calls: () => made,
    layer: {
      contract: 1,
      name: 'slow-now-and-then',
      authority: { role: 'postgres', readOnly: false },
      sharedFate: [],
      ports: {
        buckets: {
          list: (_input, { signal }) => {
            made += 1;
            return after(random() < slowShare ? slowMs : fastMs, signal);
          },
          get: unused,
          create: unused,
          update: unused,
          empty: unused,
          delete: unused,
        },
      },
      lacks: {},
      probe: async () => ok(undefined),
      close: async () => undefined,
    },
  };
};
