import fc from 'fast-check';
import { longestPauseMs, nextPauseMs, shortestPauseMs } from './backoff.js';

test('a pause is never shorter or longer than its bounds, nor more than three times the last one', () => {
  const chance = fc.double({ min: 0, max: 1, maxExcluded: true, noNaN: true });
  fc.assert(
    fc.property(fc.integer({ min: 0, max: longestPauseMs }), chance, (lastMs, share) => {
      const pauseMs = nextPauseMs(lastMs, () => share);
      expect(pauseMs).toBeGreaterThanOrEqual(shortestPauseMs);
      expect(pauseMs).toBeLessThanOrEqual(Math.min(longestPauseMs, Math.max(shortestPauseMs, lastMs * 3)));
    }),
    { seed: 3 },
  );
});

test('chance spreads pauses out', () => {
  expect([0, 0.5, 1].map((share) => nextPauseMs(100, () => share))).toEqual([50, 175, 300]);
});
