/** One thing measured twice in the same run: as we do it, and as the peer does it. */
export interface Comparison {
  readonly name: string;
  readonly unit: 'µs' | 'ms' | 'bytes' | 'calls';
  readonly peerName: string;
  /** The largest ratio of ours to the peer's that is good enough; without one the figure only informs. */
  readonly target?: number;
  /** What is reported of each round's samples. */
  readonly statistics: readonly Statistic[];
  /** How often both run, alternately. */
  readonly rounds: number;
  /** One round: a sample for each call, or one for many calls together. */
  readonly ours: () => Promise<readonly number[]>;
  readonly peer: () => Promise<readonly number[]>;
}

/** Which figure of a round's samples. */
export type Statistic = 'p50' | 'p95';

/** A benchmark: its comparisons, and how it ends. */
export interface Benchmark {
  readonly comparisons: readonly Comparison[];
  close(): Promise<void>;
}

/** One line of the result. Lower is better, so a smaller ratio is better. */
export interface BenchCase {
  readonly name: string;
  readonly unit: Comparison['unit'];
  readonly ours: number;
  readonly peer: number;
  readonly peerName: string;
  /** Median over the rounds of ours divided by the peer's. */
  readonly ratio: number;
  /** 95 % bootstrap interval of that median. */
  readonly interval: readonly [number, number];
  readonly target: number | null;
  readonly ok: boolean;
}

/** The whole result, as `--json` prints it. */
export interface BenchResult {
  readonly bench: string;
  readonly node: string;
  readonly cpu: string;
  readonly cases: readonly BenchCase[];
  readonly ok: boolean;
}
