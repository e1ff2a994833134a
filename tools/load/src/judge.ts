import type { LoadCheck, LoadMemory, LoadStep } from './load-result.js';

/** What a run has to be judged by. */
export interface LoadFacts {
  readonly steps: readonly LoadStep[];
  readonly offered: number;
  readonly answered: number;
  readonly memory: LoadMemory;
}

/** What has to be left of the best goodput once more arrives than can be served. */
const leastShare = 0.8;
/** A step is past the knee when less than this share of what arrived in it was served. */
const servedAtKnee = 0.9;
/** Steps. */
const stretch = 3;
const mostHeapGrowthMiB = 32;
const mostRssGrowthMiB = 768;

/** Everything that has to hold after a run. */
export const judge = ({ steps, offered, answered, memory }: LoadFacts): readonly LoadCheck[] => {
  const past = stepsPastKnee(steps);
  const peak = Math.max(0, ...steps.map(({ goodput }) => goodput));
  const least = worstStretch(past.map(({ goodput }) => goodput));
  const share = peak === 0 ? 0 : least / peak;
  const heapGrowth = memory.heapAfterMiB - memory.heapBeforeMiB;
  const rssGrowth = memory.rssPeakMiB - memory.rssBeforeMiB;
  return [
    {
      name: 'the ramp goes past what can be served',
      ok: past.length > 0,
      found: past.length === 0 ? 'no step was past the knee' : `${past.length} of ${steps.length} steps past the knee`,
    },
    {
      name: `goodput past the knee is at least ${leastShare * 100} % of the peak`,
      ok: share >= leastShare,
      found: `${(share * 100).toFixed(0)} %: ${least.toFixed(0)} of ${peak.toFixed(0)} a second`,
    },
    { name: 'every call got a result', ok: answered === offered, found: `${answered} of ${offered}` },
    {
      name: `the heap grows by at most ${mostHeapGrowthMiB} MiB`,
      ok: heapGrowth <= mostHeapGrowthMiB,
      found: `${heapGrowth.toFixed(1)} MiB, from ${memory.heapBeforeMiB.toFixed(1)} MiB`,
    },
    {
      name: `the process grows by at most ${mostRssGrowthMiB} MiB at its peak`,
      ok: rssGrowth <= mostRssGrowthMiB,
      found: `${rssGrowth.toFixed(0)} MiB, from ${memory.rssBeforeMiB.toFixed(0)} MiB`,
    },
  ];
};

/** The least mean of steps in a row: what else the machine does for a moment is no collapse, and a collapse lasts. */
const worstStretch = (goodputs: readonly number[]): number => {
  const length = Math.min(stretch, goodputs.length);
  const means = goodputs
    .slice(length - 1)
    .map((_, at) => goodputs.slice(at, at + length).reduce((sum, one) => sum + one, 0) / length);
  return means.length === 0 ? 0 : Math.min(...means);
};

/** From the first step that is past the knee on: a step that recovers for a moment is judged like the others. */
const stepsPastKnee = (steps: readonly LoadStep[]): readonly LoadStep[] => {
  const first = steps.findIndex(({ offered, served }) => served < offered * servedAtKnee);
  return first === -1 ? [] : steps.slice(first);
};
