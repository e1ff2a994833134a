import type { FileSource, FileTarget, RangeWriter } from '@hybrid-supabase/core';
import { createProgressMeter, type FolderProgress } from './folders/folder-progress.js';

/**
 * Is told of bytes as they move, and once of those that an earlier process had moved, which are not new; bytes that move
 * a second time are not told again.
 */
export type Moved = (bytes: number, isNew?: boolean) => void;

/** A source that tells what was read of it. */
export const watchedSource = (source: FileSource, moved: Moved): FileSource => {
  const reached = farthest(moved);
  return {
    ...source,
    async *open(offset) {
      let position = offset;
      reached(offset, false);
      for await (const chunk of source.open(offset)) {
        position += chunk.byteLength;
        reached(position);
        yield chunk;
      }
    },
  };
};

/** A target that tells what was written into it; what an earlier attempt or process left there counts as well. */
export const watchedTarget = (to: FileTarget, moved: Moved): FileTarget => {
  const reached = farthest(moved);
  const { openRanges } = to;
  return {
    async open(version) {
      let position = 0;
      return (await to.open(version)).map((writer) => ({
        ...writer,
        async write(chunk) {
          await writer.write(chunk);
          reached((position += chunk.byteLength));
        },
      }));
    },
    ...(openRanges && {
      openRanges: async (version) =>
        (await openRanges(version)).map((writer) => watchedRanges(writer, version.sizeBytes, reached)),
    }),
  };
};

const watchedRanges = (writer: RangeWriter, sizeBytes: number, reached: Reached): RangeWriter => {
  let count = sizeBytes - writer.missing.reduce((sum, { from, to }) => sum + to - from, 0);
  reached(count, false);
  return {
    ...writer,
    async writeAt(offset, chunk) {
      await writer.writeAt(offset, chunk);
      reached((count += chunk.byteLength));
    },
  };
};

/** Called with how far a transfer is, where a `Moved` is told how much further. */
type Reached = (count: number, isNew?: boolean) => void;

const farthest = (moved: Moved): Reached => {
  let told = 0;
  return (count, isNew = true) => {
    if (count <= told) return;
    moved(count - told, isNew);
    told = count;
  };
};

/** Whom to tell of one file. */
export type OnProgress = (progress: FolderProgress) => void;

/** Tells of one upload, at most four times a second and at the end: what was read, which is a little ahead of what has arrived. */
export const sourceWithProgress = (source: FileSource, onProgress: OnProgress): FileSource => {
  const bytesTotal = source.sizeBytes;
  const meter = createProgressMeter({ filesTotal: 1, bytesTotal, onProgress });
  let isTold = false;
  const ended = (): void => {
    if (isTold) return;
    isTold = true;
    meter.fileEnded();
    meter.end();
  };
  let left = bytesTotal;
  const watched = watchedSource(source, (bytes, isNew) => {
    meter.moved?.(bytes, isNew);
    if ((left -= bytes) <= 0) ended();
  });
  if (bytesTotal > 0) return watched;
  return {
    ...watched,
    async *open(offset) {
      yield* watched.open(offset);
      ended();
    },
  };
};

/** Tells of one download, at most four times a second and when the file is there. */
export const targetWithProgress = (to: FileTarget, onProgress: OnProgress): FileTarget => {
  let meter = createProgressMeter({ filesTotal: 1, bytesTotal: 0, onProgress: undefined });
  let moved: Moved | undefined;
  const watched = watchedTarget(to, (bytes, isNew) => moved?.(bytes, isNew));
  const begin = (bytesTotal: number | undefined): void => {
    if (moved !== undefined) return;
    meter = createProgressMeter({ filesTotal: 1, bytesTotal: bytesTotal ?? 0, onProgress });
    // A later attempt may find a larger version.
    moved = bytesTotal === undefined ? meter.moved : meter.movedOf?.(bytesTotal);
  };
  const ending = <W extends { commit(): Promise<void> }>(writer: W): W => ({
    ...writer,
    async commit() {
      await writer.commit();
      meter.fileEnded();
      meter.end();
    },
  });
  const { openRanges } = watched;
  return {
    async open(version) {
      begin(version?.sizeBytes);
      return (await watched.open(version)).map(ending);
    },
    ...(openRanges && {
      async openRanges(version) {
        begin(version.sizeBytes);
        return (await openRanges(version)).map(ending);
      },
    }),
  };
};
