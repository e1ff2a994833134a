import { median, medianInterval, quantile } from './statistics.js';

test('the median of an even count is the mean of both middle values', () => {
  expect(median([4, 1, 3, 2])).toBe(2.5);
  expect(median([3, 1, 2])).toBe(2);
});

test.each([
  [0.5, 50],
  [0.95, 95],
  [1, 100],
] as const)('the nearest-rank quantile %d of 1 to 100 is %d', (share, expected) => {
  expect(
    quantile(
      Array.from({ length: 100 }, (_, index) => 100 - index),
      share,
    ),
  ).toBe(expected);
});

test('the interval holds the median, narrows with agreement, and is the same every time', () => {
  const wide = medianInterval([1, 2, 3, 4, 5, 6, 7, 8, 9]);
  expect(wide[0]).toBeLessThanOrEqual(5);
  expect(wide[1]).toBeGreaterThanOrEqual(5);
  expect(medianInterval([2, 2, 2])).toEqual([2, 2]);
  expect(medianInterval([1, 2, 3, 4, 5, 6, 7, 8, 9])).toEqual(wide);
});
