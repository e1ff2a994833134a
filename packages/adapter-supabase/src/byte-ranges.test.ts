import fc from 'fast-check';
import { createRangeQueue, uncovered } from './byte-ranges.js';

const size = 40;
const range = fc.tuple(fc.nat(size), fc.nat(size)).map(([one, other]) => ({
  from: Math.min(one, other),
  to: Math.max(one, other),
}));
const marked = (ranges: readonly { readonly from: number; readonly to: number }[]): readonly number[] => {
  const counts = Array.from({ length: size }, () => 0);
  for (const { from, to } of ranges) for (let at = from; at < to; at += 1) counts[at] = (counts[at] ?? 0) + 1;
  return counts;
};

test('what no range covers is missing, each byte once', () => {
  fc.assert(
    fc.property(fc.array(range), (ranges) => {
      const covered = marked(ranges);
      expect(marked(uncovered(ranges, size))).toEqual(covered.map((count) => (count === 0 ? 1 : 0)));
    }),
    { seed: 20261122 },
  );
});

test('every byte is given out exactly once, whoever takes from which end and gives back', () => {
  const step = fc.record({ front: fc.boolean(), maxBytes: fc.integer({ min: 1, max: 9 }), fails: fc.boolean() });
  fc.assert(
    fc.property(fc.array(range), fc.array(step), (kept, steps) => {
      const missing = uncovered(kept, size);
      const queue = createRangeQueue(missing);
      const done: { from: number; to: number }[] = [];
      let position = 0;
      for (const { front, maxBytes, fails } of steps) {
        if (front) {
          const length = queue.takeAt(position, maxBytes);
          done.push({ from: position, to: position + length });
          position += length;
          continue;
        }
        const taken = queue.takeLast(maxBytes);
        if (taken === undefined) continue;
        const reached = fails ? Math.floor((taken.from + taken.to) / 2) : taken.to;
        done.push({ from: taken.from, to: reached });
        queue.giveBack({ from: reached, to: taken.to });
      }
      for (let taken = queue.takeLast(7); taken !== undefined; taken = queue.takeLast(7)) done.push(taken);
      expect(marked(done)).toEqual(marked(missing));
    }),
    { seed: 20261122 },
  );
});
