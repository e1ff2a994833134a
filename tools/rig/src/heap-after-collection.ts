import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';

setFlagsFromString('--expose-gc');
const collect: unknown = runInNewContext('gc');

/** Bytes that stay in use once everything that can be freed is freed. */
export const heapAfterCollection = async (): Promise<number> => {
  for (let round = 0; round < 4; round += 1) {
    if (typeof collect === 'function') collect();
    // Finalisers run between turns.
    await new Promise((resolve) => setImmediate(resolve));
  }
  return process.memoryUsage().heapUsed;
};
