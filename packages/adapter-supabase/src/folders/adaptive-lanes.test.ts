import { inAdaptiveLanes } from './adaptive-lanes.js';

const items = Array.from({ length: 400 }, (_, at) => at);

/** A server by a clock of its own: `timeOf` says how long one item takes with so many under way. */
const play = async (timeOf: (running: number) => number, isTooMany: (running: number) => boolean) => {
  let nowMs = 0;
  let running = 0;
  let most = 0;
  const seen: number[] = [];
  const lanes = await inAdaptiveLanes({
    items,
    mostAtOnce: 64,
    nowMs: () => nowMs,
    work: async (item) => {
      running += 1;
      most = Math.max(most, running);
      const pushedBack = isTooMany(running);
      await Promise.resolve();
      nowMs += timeOf(running) / running;
      running -= 1;
      seen.push(item);
      return pushedBack ? 'pushed-back' : 'done';
    },
  });
  return { ...lanes, most, seen };
};

test('does every item once and goes up while that is quicker', async () => {
  const { seen, peak, most } = await play(
    () => 10,
    () => false,
  );
  expect([...seen].sort((one, other) => one - other)).toEqual(items);
  expect(peak).toBeGreaterThan(12);
  expect(most).toBe(peak);
});

test('halves on push-back', async () => {
  const { last, peak } = await play(
    () => 10,
    (running) => running > 6,
  );
  expect(peak).toBeLessThan(12);
  expect(last).toBeLessThan(8);
});

test('nothing to do ends at once', async () => {
  const work = () => Promise.reject(new Error('there is nothing to do'));
  await expect(inAdaptiveLanes({ items: [], work, mostAtOnce: 3 })).resolves.toEqual({ peak: 3, last: 3 });
});
