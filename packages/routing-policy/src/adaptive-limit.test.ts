import { AdaptiveLimit } from './adaptive-limit.js';

const times = (count: number, step: () => void): void => {
  for (let index = 0; index < count; index += 1) step();
};
const quick = (limit: AdaptiveLimit) => limit.answered(0.1, 0, 1);

test('is never above what the policy allows', () => {
  const limit = new AdaptiveLimit(3);
  times(100, () => quick(limit));
  expect(limit.now).toBe(3);
  limit.ceiling = 30;
  expect(limit.now).toBe(20);
});

test('doubles within a round of quick answers until something was too much, then grows by one a round', () => {
  const limit = new AdaptiveLimit(1_000);
  times(limit.now, () => quick(limit));
  expect(limit.now).toBe(40);
  limit.late(0, 100);
  expect(limit.now).toBe(28);
  times(limit.now + 1, () => quick(limit));
  expect(limit.now).toBe(29);
});

test('stays where answers take a fair share of their time, and goes down before they come too late', () => {
  const limit = new AdaptiveLimit(100);
  times(100, () => limit.answered(0.4, 0, 1));
  expect(limit.now).toBe(20);
  limit.answered(0.6, 0, 1_000);
  expect(limit.now).toBe(17);
});

test('goes down once for everything that was under way together, and never to nothing', () => {
  const limit = new AdaptiveLimit(100);
  times(20, () => limit.late(0, 1_000));
  limit.answered(0.9, 999, 1_500);
  expect(limit.now).toBe(14);
  limit.late(1_000, 2_000);
  expect(limit.now).toBe(9);
  times(20, () => limit.late(2_000, 2_000));
  expect(limit.now).toBe(4);
});

test('goes down from the ceiling when the ceiling has come down', () => {
  const limit = new AdaptiveLimit(100);
  times(100, () => quick(limit));
  limit.ceiling = 10;
  limit.late(0, 1);
  expect(limit.now).toBe(7);
});
