import type { FileTarget, FileWriter, RangeWriter } from '@hybrid-supabase/core';
import type { DownloadCache, NewCopy } from './download-cache.js';

/** A target whose bytes go into a cache as well. */
export interface KeepingTarget {
  readonly target: FileTarget;
  /** The checksum that the committed bytes are kept under; undefined where nothing was kept. */
  kept(): string | undefined;
}

/** Everything the target does stays as it is; the cache gets a copy of what is committed. */
export const keepingTarget = (to: FileTarget, cache: DownloadCache): KeepingTarget => {
  let kept: string | undefined;
  const keep = async (copy: NewCopy | undefined): Promise<void> => void (kept = await copy?.commit());
  const { openRanges } = to;
  return {
    kept: () => kept,
    target: {
      async open(version) {
        const opened = await to.open(version);
        const copy = cache.begin(version?.sizeBytes ?? Infinity);
        return opened.map((writer) => teed(writer, copy, keep));
      },
      ...(openRanges && {
        openRanges: async (version) =>
          (await openRanges(version)).map((writer) => copiedAtTheEnd(writer, cache.begin(version.sizeBytes), keep)),
      }),
    },
  };
};

type Keep = (copy: NewCopy | undefined) => Promise<void>;

const teed = (writer: FileWriter, copy: NewCopy | undefined, keep: Keep): FileWriter => ({
  async write(chunk) {
    await writer.write(chunk);
    await copy?.write(chunk);
  },
  async commit() {
    await writer.commit();
    await keep(copy);
  },
  async discard() {
    await copy?.discard();
    await writer.discard();
  },
});

/** Ranges come in any order; the file is read once more before it takes its name. */
const copiedAtTheEnd = (writer: RangeWriter, copy: NewCopy | undefined, keep: Keep): RangeWriter => ({
  ...writer,
  async commit() {
    if (copy !== undefined) for await (const chunk of writer.read()) await copy.write(chunk);
    await writer.commit();
    await keep(copy);
  },
  async keep() {
    await copy?.discard();
    await writer.keep();
  },
  async discard() {
    await copy?.discard();
    await writer.discard();
  },
});
