import type { HybridResult } from '@hybrid-supabase/core';

const callers = 16;

/**
 * Calls a second that are served while each of some callers waits for its answer before it asks again. The first third
 * is not counted: children start and connections are made in it.
 */
export const closedLoopRate = async (call: () => HybridResult<unknown>, forMs: number): Promise<number> => {
  await servedIn(call, forMs / 3);
  const served = await servedIn(call, (forMs * 2) / 3);
  if (served === 0) throw new Error('The stack served nothing at all.');
  return (served * 1_500) / forMs;
};

const servedIn = async (call: () => HybridResult<unknown>, forMs: number): Promise<number> => {
  const endsAtMs = performance.now() + forMs;
  let served = 0;
  const caller = async (): Promise<void> => {
    while (performance.now() < endsAtMs) if ((await call()).isOk()) served += 1;
  };
  await Promise.all(Array.from({ length: callers }, caller));
  return served;
};
