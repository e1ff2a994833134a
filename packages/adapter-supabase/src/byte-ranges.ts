import type { ByteRange } from '@hybrid-supabase/core';

/** What of `sizeBytes` bytes none of these ranges covers, in order. They may overlap and come in any order. */
export const uncovered = (ranges: readonly ByteRange[], sizeBytes: number): readonly ByteRange[] => {
  const missing: ByteRange[] = [];
  let from = 0;
  for (const range of [...ranges].sort((one, other) => one.from - other.from)) {
    if (range.from > from) missing.push({ from, to: range.from });
    from = Math.max(from, range.to);
  }
  if (from < sizeBytes) missing.push({ from, to: sizeBytes });
  return missing;
};

/** Ranges still to be fetched, shared by several workers. */
export interface RangeQueue {
  /** Takes up to `maxBytes` off the end of what is left. */
  takeLast(maxBytes: number): ByteRange | undefined;
  /** Takes what begins exactly at `offset`, up to `maxBytes`; 0 when it is taken or done. */
  takeAt(offset: number, maxBytes: number): number;
  /** Puts back what was taken and not fetched. */
  giveBack(range: ByteRange): void;
}

/** Makes the {@link RangeQueue}. */
export const createRangeQueue = (missing: readonly ByteRange[]): RangeQueue => {
  const free = missing.map(({ from, to }) => ({ from, to }));
  return {
    takeLast(maxBytes) {
      const last = free.at(-1);
      if (last === undefined) return undefined;
      const from = Math.max(last.from, last.to - maxBytes);
      const taken = { from, to: last.to };
      if (from === last.from) free.pop();
      else last.to = from;
      return taken;
    },
    takeAt(offset, maxBytes) {
      const at = free.findIndex(({ from }) => from === offset);
      const range = free[at];
      if (range === undefined) return 0;
      const taken = Math.min(maxBytes, range.to - range.from);
      range.from += taken;
      if (range.from === range.to) free.splice(at, 1);
      return taken;
    },
    giveBack({ from, to }) {
      if (from >= to) return;
      const at = free.findIndex((range) => range.from > from);
      free.splice(at < 0 ? free.length : at, 0, { from, to });
    },
  };
};
