import { regressions } from './baseline.js';
import type { BenchResult } from './comparison.js';

const result = (ratio: number, interval: readonly [number, number]): BenchResult => ({
  bench: 'routing',
  node: 'v20',
  cpu: 'any',
  ok: true,
  cases: [
    { name: 'a call', unit: 'µs', ours: ratio, peer: 1, peerName: 'peer', ratio, interval, target: null, ok: true },
  ],
});

test.each([
  ['the same', 1, [0.95, 1.05], false],
  ['9 % worse for sure', 1.09, [1.08, 1.1], false],
  ['20 % worse, but the intervals overlap', 1.2, [1.0, 1.4], false],
  ['20 % worse for sure', 1.2, [1.15, 1.25], true],
  ['much better', 0.5, [0.4, 0.6], false],
] as const)('%s: regression %s', (_case, ratio, interval, worse) => {
  expect(regressions(result(1, [0.95, 1.05]), result(ratio, interval))).toHaveLength(worse ? 1 : 0);
});

test('a case that the baseline does not know is no regression', () => {
  expect(regressions({ ...result(1, [1, 1]), cases: [] }, result(9, [9, 9]))).toEqual([]);
});
