import type { Answer } from './cpu-time.js';

/**
 * Heap bytes of one of `calls` awaited calls. Few enough that most rounds see no collection; a round that does shows
 * too little, which the median over the rounds leaves out.
 */
export const heapBytesPerCall = async (calls: number, call: () => Answer): Promise<readonly number[]> => {
  const before = process.memoryUsage().heapUsed;
  for (let done = 0; done < calls; done += 1) await call();
  return [(process.memoryUsage().heapUsed - before) / calls];
};
