/** What keeps a process alive, counted by kind. */
export type Resources = Readonly<Record<string, number>>;

/** Handles, timers and requests that are open now. */
export const openResources = (): Resources => {
  const counts: Record<string, number> = {};
  for (const kind of process.getActiveResourcesInfo()) counts[kind] = (counts[kind] ?? 0) + 1;
  return counts;
};

/** What there is more of than before, as text; empty when nothing is. */
export const leftOver = (before: Resources, after: Resources): string =>
  Object.entries(after)
    .filter(([kind, count]) => count > (before[kind] ?? 0))
    .map(([kind, count]) => `${count - (before[kind] ?? 0)} ${kind}`)
    .join(', ');

/** Whether there is such a process. */
export const isRunning = (pid: number): boolean => {
  try {
    return process.kill(pid, 0);
  } catch {
    return false;
  }
};
