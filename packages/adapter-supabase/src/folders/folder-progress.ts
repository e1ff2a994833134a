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
  /** Left out when nobody listens, so that nothing needs to be counted. */
  readonly moved?: (bytes: number) => void;
  fileEnded(): void;
  /** Tells the last state, whatever was told before. */
  end(): void;
}

/** Whom a meter tells, and of how much. */
export interface ProgressMeterOptions {
  readonly filesTotal: number;
  readonly bytesTotal: number;
  readonly onProgress: ((progress: FolderProgress) => void) | undefined;
  readonly nowMs?: () => number;
}

const everyMs = 250;
const silent: ProgressMeter = { fileEnded: () => undefined, end: () => undefined };

/** Costs nothing when nobody listens; a listener that throws is not heard of again in the transfer. */
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
  const tell = (): void => {
    toldMs = nowMs();
    const bytesPerSecond = (bytes * 1000) / Math.max(1, toldMs - startMs);
    const leftMs = bytes === 0 ? undefined : Math.max(0, ((bytesTotal - bytes) * 1000) / bytesPerSecond);
    try {
      onProgress({ files, filesTotal, bytes, bytesTotal, bytesPerSecond, ...(leftMs !== undefined && { leftMs }) });
    } catch {
      // Whoever looks on cannot fail the transfer.
    }
  };
  const tellNowAndThen = (): void => {
    if (nowMs() - toldMs >= everyMs) tell();
  };
  return {
    moved(count) {
      bytes += count;
      tellNowAndThen();
    },
    fileEnded() {
      files += 1;
      tellNowAndThen();
    },
    end: tell,
  };
};
