import { readFile } from 'node:fs/promises';
import { err, ok, type Result } from 'neverthrow';
import type { BenchCase, BenchResult } from './comparison.js';

/** A ratio may be this much worse than the baseline's. */
export const allowedDegradation = 0.1;

/** A case that became worse than the baseline allows. */
export interface Regression {
  readonly name: string;
  readonly before: number;
  readonly now: number;
}

/** Reads an earlier `--json` result of the same benchmark. */
export const readBaseline = async (file: string, bench: string): Promise<Result<BenchResult, string>> => {
  try {
    const parsed: unknown = JSON.parse(await readFile(file, 'utf8'));
    return isResult(parsed) && parsed.bench === bench
      ? ok(parsed)
      : err(`${file} is no result of the benchmark ${bench}: give a file written by it with --json or --out.`);
  } catch (error) {
    return err(`${file} could not be read as a baseline: ${error instanceof Error ? error.message : String(error)}`);
  }
};

/** Cases whose ratio is more than 10 % worse, where the interval of the difference leaves no doubt that it is worse at all. */
export const regressions = (before: BenchResult, now: BenchResult): readonly Regression[] =>
  now.cases.flatMap((found) => {
    const earlier = before.cases.find(({ name }) => name === found.name);
    return earlier && isWorse(earlier, found) ? [{ name: found.name, before: earlier.ratio, now: found.ratio }] : [];
  });

const isWorse = (before: BenchCase, now: BenchCase): boolean =>
  now.ratio > before.ratio * (1 + allowedDegradation) && leastDifference(before, now) > 0;

/** Lower end of the interval of the difference of two figures that have intervals of their own (MOVER). */
const leastDifference = (before: BenchCase, now: BenchCase): number =>
  now.ratio - before.ratio - Math.hypot(now.ratio - now.interval[0], before.interval[1] - before.ratio);

const isResult = (value: unknown): value is BenchResult =>
  typeof value === 'object' &&
  value !== null &&
  'bench' in value &&
  'cases' in value &&
  Array.isArray(value.cases) &&
  value.cases.every(isCase);

const isCase = (value: unknown): boolean =>
  typeof value === 'object' &&
  value !== null &&
  'name' in value &&
  'ratio' in value &&
  typeof value.ratio === 'number' &&
  'interval' in value &&
  Array.isArray(value.interval) &&
  value.interval.length === 2;
