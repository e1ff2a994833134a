import type { ResultAsync } from 'neverthrow';

/** What a benchmark awaits; neverthrow's `then` does not fit PromiseLike. */
export type Answer = Promise<unknown> | ResultAsync<unknown, unknown>;

/** CPU time of `calls` awaited calls, microseconds a call: steadier than the wall clock on a shared machine. */
export const cpuMicrosPerCall = async (calls: number, call: () => Answer): Promise<readonly number[]> => {
  const before = process.cpuUsage();
  for (let done = 0; done < calls; done += 1) await call();
  const { user, system } = process.cpuUsage(before);
  return [(user + system) / calls];
};

/** Wall-clock milliseconds of each of `calls` calls, one after the other. */
export const wallMsOfCalls = async (calls: number, call: () => Answer): Promise<readonly number[]> => {
  const samples: number[] = [];
  for (let done = 0; done < calls; done += 1) {
    const startMs = performance.now();
    await call();
    samples.push(performance.now() - startMs);
  }
  return samples;
};
