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

/** Reads an earlier `--json` result. */
export const readBaseline = async (file: string): Promise<Result<BenchResult, string>> => {
  try {
    const parsed: unknown = JSON.parse(await readFile(file, 'utf8'));
    return isResult(parsed)
      ? ok(parsed)
      : err(`${file} is not a result of this benchmark: give a file written with --json.`);
  } catch (error) {
    return err(`${file} could not be read as a baseline: ${error instanceof Error ? error.message : String(error)}`);
  }
};

/** Cases whose ratio is more than 10 % worse and whose interval leaves no doubt that it is worse at all. */
export const regressions = (before: BenchResult, now: BenchResult): readonly Regression[] =>
  now.cases.flatMap((found) => {
    const earlier = before.cases.find(({ name }) => name === found.name);
    return earlier && isWorse(earlier, found) ? [{ name: found.name, before: earlier.ratio, now: found.ratio }] : [];
  });

const isWorse = (before: BenchCase, { ratio, interval: [low] }: BenchCase): boolean =>
  ratio > before.ratio * (1 + allowedDegradation) && low > before.interval[1];

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
