import type { WaitingRead } from './waiting-read.js';

/** Less time than this, and a read goes alone: others could cost it what it has left. */
const hurriedMs = 500;

const timeLeftMs = ({ call }: WaitingRead): number => call.deadlineMs - performance.now();

/** How many of the waiting reads, from the first on, go together now; at least one. */
export const nextGroup = (
  waiting: readonly WaitingRead[],
  { maxReads, maxBytes }: { readonly maxReads: number; readonly maxBytes: number },
): number => {
  let sizeBytes = 0;
  const end = waiting.slice(0, maxReads).findIndex((read) => {
    sizeBytes += Buffer.byteLength(read.request.statement.text);
    return sizeBytes > maxBytes || timeLeftMs(read) < hurriedMs;
  });
  return end === -1 ? Math.min(waiting.length, maxReads) : Math.max(1, end);
};

/** What reads may take together: half of what the shortest has left, so that each has time to go alone. */
export const timeForAllMs = (group: readonly WaitingRead[], mostMs: number): number =>
  Math.max(1, Math.floor(Math.min(mostMs, ...group.map((read) => timeLeftMs(read) / 2))));
