/** How one piece of work ended, as far as the number of lanes goes. */
export type LaneVerdict = 'done' | 'pushed-back';

/** How many at once. */
export interface AdaptiveLanesOptions<T> {
  readonly items: readonly T[];
  readonly work: (item: T) => Promise<LaneVerdict>;
  readonly mostAtOnce: number;
  /** Milliseconds. */
  readonly nowMs?: () => number;
}

const firstAtOnce = 8;

/**
 * Does the work of all items, as many at once as the other side takes well: one more while the last step up made it
 * quicker, one fewer when it made it slower, half on push-back. Gives how many it was at most and at the end.
 */
export const inAdaptiveLanes = async <T>({
  items,
  work,
  mostAtOnce,
  nowMs = () => performance.now(),
}: AdaptiveLanesOptions<T>): Promise<{ readonly peak: number; readonly last: number }> => {
  let atOnce = Math.min(firstAtOnce, mostAtOnce);
  let peak = atOnce;
  let next = 0;
  let running = 0;
  let window = { startMs: nowMs(), done: 0, pushedBack: false };
  let lastRate = 0;
  let lastStep = 0;

  const judge = (): void => {
    if (window.done < atOnce * 4) return;
    const rate = window.done / Math.max(1, nowMs() - window.startMs);
    lastStep = window.pushedBack ? 0 : stepAfter(rate);
    atOnce = clamp(atOnce + lastStep);
    lastRate = rate;
    window = { startMs: nowMs(), done: 0, pushedBack: false };
  };
  // What became slower by itself is no quicker with fewer, and the last lane may be that of a huge file.
  const stepAfter = (rate: number): number =>
    rate >= lastRate * 1.02 ? 1 : lastStep === 1 && rate < lastRate * 0.9 ? -1 : 0;
  const clamp = (wanted: number): number => {
    const allowed = Math.max(1, Math.min(mostAtOnce, wanted));
    peak = Math.max(peak, allowed);
    return allowed;
  };
  const count = (verdict: LaneVerdict): void => {
    window.done += 1;
    // Those under way at the same moment say the same thing: it counts once.
    if (verdict === 'pushed-back' && !window.pushedBack) {
      atOnce = clamp(Math.floor(atOnce / 2));
      window = { startMs: nowMs(), done: 0, pushedBack: true };
    }
    judge();
  };

  await new Promise<void>((resolve, reject) => {
    const fill = (): void => {
      if (next === items.length && running === 0) return resolve();
      while (running < atOnce && next < items.length) {
        const item = items[next] as T;
        next += 1;
        running += 1;
        work(item).then((verdict) => {
          running -= 1;
          count(verdict);
          fill();
        }, reject);
      }
    };
    fill();
  });
  return { peak, last: atOnce };
};
