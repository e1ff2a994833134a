import { Presets, SingleBar } from 'cli-progress';
import type { Progress } from './tour-context.js';

const silent: Progress = { advance: () => undefined, end: () => undefined };

/** A bar on the terminal's error stream; nothing where there is no terminal. */
export const showProgress = (stream: NodeJS.WriteStream, title: string, total: number): Progress => {
  if (!stream.isTTY) return silent;
  const bar = new SingleBar(
    {
      stream,
      format: `   ${title} {bar} {value}/{total} · {eta_formatted} left`,
      clearOnComplete: true,
      hideCursor: true,
    },
    Presets.shades_classic,
  );
  bar.start(total, 0);
  return { advance: (by) => bar.increment(by), end: () => bar.stop() };
};

/** For output that a program reads. */
export const noProgress = (): Progress => silent;
