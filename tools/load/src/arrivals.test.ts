import { seededRandom } from '@hybrid-supabase/rig';
import { arrivals, rateOf } from './arrivals.js';

const ramp = { steps: 4, stepMs: 1_000, fromRate: 100, toRate: 400 };

test('as many calls arrive in each step as its rate says, whatever becomes of them', () => {
  const due = [...arrivals(ramp, seededRandom(1))];
  const counts = [0, 1, 2, 3].map((step) => due.filter((ms) => Math.floor(ms / ramp.stepMs) === step).length);
  counts.forEach((count, step) => {
    const rate = rateOf(ramp, step);
    expect(Math.abs(count - rate)).toBeLessThan(4 * Math.sqrt(rate));
  });
  expect(due).toEqual([...due].sort((a, b) => a - b));
});

test('the same seed gives the same arrivals', () => {
  expect([...arrivals(ramp, seededRandom(7))]).toEqual([...arrivals(ramp, seededRandom(7))]);
  expect([...arrivals(ramp, seededRandom(8))]).not.toEqual([...arrivals(ramp, seededRandom(7))]);
});
