/** One step of the ramp. Rates are calls a second, times milliseconds. */
export interface LoadStep {
  readonly step: number;
  /** Calls that arrived in this step. */
  readonly offered: number;
  readonly offeredRate: number;
  /** How many of them were served. */
  readonly served: number;
  /** Good answers that came while this step lasted, a second. */
  readonly goodput: number;
  /** Of those served; null when none was. */
  readonly p50Ms: number | null;
  readonly p95Ms: number | null;
  readonly p99Ms: number | null;
  /** Calls that were not served, by the kind of error. */
  readonly refused: Readonly<Record<string, number>>;
  /** Calls that were served, by the layer. */
  readonly byLayer: Readonly<Record<string, number>>;
}

/** One thing that has to hold at the end. */
export interface LoadCheck {
  readonly name: string;
  readonly ok: boolean;
  /** What was found. */
  readonly found: string;
}

/** What a run found, as `--json` prints it. */
export interface LoadResult {
  readonly seed: number;
  readonly seconds: number;
  /** What the stack served when each caller waited for its answer before it asked again, calls a second. */
  readonly closedLoopRate: number;
  readonly steps: readonly LoadStep[];
  readonly memory: LoadMemory;
  readonly machine: Machine;
  readonly checks: readonly LoadCheck[];
  readonly ok: boolean;
}

/** Mebibytes. */
export interface LoadMemory {
  readonly heapBeforeMiB: number;
  readonly heapAfterMiB: number;
  readonly rssBeforeMiB: number;
  readonly rssPeakMiB: number;
}

/** What it ran on. */
export interface Machine {
  readonly cores: number;
  /** Programs that wanted a core on average over the minute before; 0 where the system does not say. */
  readonly loadBefore: number;
}
