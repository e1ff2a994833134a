import { AdaptiveLimit } from './adaptive-limit.js';

const times = (count: number, step: () => void): void => {
  for (let index = 0; index < count; index += 1) step();
};

test('is never above what the policy allows', () => {
  const limit = new AdaptiveLimit(3);
  times(100, () => limit.raise());
  expect(limit.now).toBe(3);
  limit.ceiling = 30;
  expect(limit.now).toBe(20);
});

test('doubles within a round of answers until something was too much, then grows by one a round', () => {
  const limit = new AdaptiveLimit(1_000);
  times(limit.now, () => limit.raise());
  expect(limit.now).toBe(40);
  limit.lower(0, 100);
  expect(limit.now).toBe(28);
  times(limit.now + 1, () => limit.raise());
  expect(limit.now).toBe(29);
});

test('goes down once for everything that was under way together, and never to nothing', () => {
  const limit = new AdaptiveLimit(100);
  times(20, () => limit.lower(0, 1_000));
  expect(limit.now).toBe(14);
  limit.lower(999, 2_000);
  expect(limit.now).toBe(14);
  limit.lower(1_000, 2_000);
  expect(limit.now).toBe(9);
  times(20, () => limit.lower(2_000, 2_000));
  expect(limit.now).toBe(4);
});

test('goes down from the ceiling when the ceiling has come down', () => {
  const limit = new AdaptiveLimit(100);
  times(100, () => limit.raise());
  limit.ceiling = 10;
  limit.lower(0, 1);
  expect(limit.now).toBe(7);
});
