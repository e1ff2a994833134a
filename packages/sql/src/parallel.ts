import type { Result, ResultAsync } from 'neverthrow';

/** Starts one call when it is its turn: `() => hybrid.sql.read(statement)`. Must not throw. */
export type DeferredCall<T, E> = () => ResultAsync<T, E> | Promise<Result<T, E>>;

/** How many calls may be in flight. */
export interface ParallelOptions {
  /** A whole number from 1. */
  readonly concurrency: number;
}

/**
 * Runs calls, never more than `concurrency` in flight, and gives their results in the order of the calls. A call
 * that fails is an error in its own place and stops no other. Throws at once for a wrong `concurrency`.
 */
export const parallel = <T, E>(
  calls: readonly DeferredCall<T, E>[],
  { concurrency }: ParallelOptions,
): Promise<readonly Result<T, E>[]> => {
  if (!Number.isInteger(concurrency) || concurrency < 1)
    throw new TypeError('parallel: `concurrency` must be a whole number from 1.');
  return run(calls, concurrency);
};

const run = async <T, E>(
  calls: readonly DeferredCall<T, E>[],
  concurrency: number,
): Promise<readonly Result<T, E>[]> => {
  const waiting = calls.entries();
  const answered: [at: number, result: Result<T, E>][] = [];
  const work = async (): Promise<void> => {
    for (const [at, start] of waiting) answered.push([at, await start()]);
  };
  await Promise.all(Array.from({ length: Math.min(concurrency, calls.length) }, work));
  return answered.sort(([one], [other]) => one - other).map(([, result]) => result);
};
