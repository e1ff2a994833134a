import type { BenchCase, Comparison, Statistic } from './comparison.js';
import { median, medianInterval, quantile } from './statistics.js';

const shares = { p50: 0.5, p95: 0.95 } as const satisfies Record<Statistic, number>;
const warmUpRounds = 2;

interface Round {
  readonly ours: readonly number[];
  readonly peer: readonly number[];
}

/** Runs both sides alternately, who goes first changing each round, so that a noisy moment hits both. */
export const measure = async (comparison: Comparison): Promise<readonly BenchCase[]> => {
  const rounds: Round[] = [];
  for (let round = 0; round < comparison.rounds + warmUpRounds; round += 1) {
    const result = await runRound(comparison, round % 2 === 0);
    if (round >= warmUpRounds) rounds.push(result);
  }
  return comparison.statistics.map((statistic) => caseOf(comparison, statistic, rounds));
};

const runRound = async ({ ours, peer }: Comparison, oursFirst: boolean): Promise<Round> => {
  if (oursFirst) return { ours: await ours(), peer: await peer() };
  const peerSamples = await peer();
  return { ours: await ours(), peer: peerSamples };
};

const caseOf = (
  { name, unit, peerName, target, statistics }: Comparison,
  statistic: Statistic,
  rounds: readonly Round[],
): BenchCase => {
  const figures = rounds.map(({ ours, peer }) => ({
    ours: quantile(ours, shares[statistic]),
    peer: quantile(peer, shares[statistic]),
  }));
  const ratios = figures.map(({ ours, peer }) => ours / peer);
  const ratio = median(ratios);
  return {
    name: statistics.length === 1 ? name : `${name} ${statistic}`,
    unit,
    ours: median(figures.map(({ ours }) => ours)),
    peer: median(figures.map(({ peer }) => peer)),
    peerName,
    ratio,
    interval: medianInterval(ratios),
    target: target ?? null,
    ok: target === undefined || ratio <= target,
  };
};
