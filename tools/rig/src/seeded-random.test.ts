import { seededRandom } from './seeded-random.js';

const some = (seed: number): readonly number[] => Array.from({ length: 5 }, seededRandom(seed));

test('the same seed gives the same run, and another seed another', () => {
  expect(some(1)).toEqual(some(1));
  expect(some(1)).not.toEqual(some(2));
  expect(some(1).every((value) => value >= 0 && value < 1)).toBe(true);
});
