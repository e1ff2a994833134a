/** Shortest pause before an attempt is repeated, milliseconds. */
export const shortestPauseMs = 50;

/** Longest pause of our own choice, and the longest push-back that is waited for while another layer could serve. */
export const longestPauseMs = 1_000;

/** Decorrelated jitter: somewhere between the shortest pause and three times the last one, so that callers spread out. */
export function nextPauseMs(lastPauseMs: number, random: () => number): number {
  const upToMs = Math.max(shortestPauseMs, lastPauseMs * 3);
  return Math.min(longestPauseMs, shortestPauseMs + random() * (upToMs - shortestPauseMs));
}
