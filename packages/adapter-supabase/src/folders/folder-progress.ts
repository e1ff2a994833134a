/** How far a folder has come. */
export interface FolderProgress {
  readonly files: number;
  readonly filesTotal: number;
  readonly bytes: number;
  readonly bytesTotal: number;
  readonly bytesPerSecond: number;
  /** Estimated from the rate so far; left out until there is one. */
  readonly leftMs?: number;
}

/** Counts what moved, and tells it now and then. */
export interface ProgressMeter {
  /** Left out when nobody listens, so that nothing needs to be counted. What an earlier run had moved is not new, and says nothing of the rate. */
  readonly moved?: (bytes: number, isNew?: boolean) => void;
  /** The same for one file, counted up to the size it had in the total. */
  readonly movedOf?: (sizeBytes: number) => (bytes: number, isNew?: boolean) => void;
  fileEnded(): void;
  /** Tells the last state, whatever was told before: nothing is left to wait for. */
  end(): void;
}

/** Whom a meter tells, and of how much. */
export interface ProgressMeterOptions {
  readonly filesTotal: number;
  readonly bytesTotal: number;
  readonly onProgress: ((progress: FolderProgress) => unknown) | undefined;
  readonly nowMs?: () => number;
}

const everyMs = 250;
const silent: ProgressMeter = { fileEnded: () => undefined, end: () => undefined };

/** Costs nothing when nobody listens; what a listener throws or rejects with is dropped. */
export const createProgressMeter = ({
  filesTotal,
  bytesTotal,
  onProgress,
  nowMs = () => performance.now(),
}: ProgressMeterOptions): ProgressMeter => {
  if (onProgress === undefined) return silent;
  const startMs = nowMs();
  let toldMs = startMs;
  let files = 0;
  let bytes = 0;
  let newBytes = 0;
  const tell = (isEnd: boolean): void => {
    toldMs = nowMs();
    const bytesPerSecond = (newBytes * 1000) / Math.max(1, toldMs - startMs);
    const left = newBytes === 0 ? undefined : Math.max(0, ((bytesTotal - bytes) * 1000) / bytesPerSecond);
    const leftMs = isEnd ? 0 : left;
    try {
      const counted = { files, filesTotal, bytes, bytesTotal, bytesPerSecond };
      const said = onProgress({ ...counted, ...(leftMs !== undefined && { leftMs }) });
      if (said instanceof Promise) said.catch(() => undefined);
    } catch {
      // Whoever looks on cannot fail the transfer.
    }
  };
  const tellNowAndThen = (): void => {
    if (nowMs() - toldMs >= everyMs) tell(false);
  };
  const moved = (count: number, isNew = true): void => {
    bytes += count;
    if (isNew) newBytes += count;
    tellNowAndThen();
  };
  return {
    moved,
    movedOf(sizeBytes) {
      let left = sizeBytes;
      return (count, isNew) => {
        const counted = Math.min(count, left);
        left -= counted;
        moved(counted, isNew);
      };
    },
    fileEnded() {
      files += 1;
      tellNowAndThen();
    },
    end: () => tell(true),
  };
};
