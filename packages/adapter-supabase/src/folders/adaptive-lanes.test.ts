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

test('takes no lane away from a service that becomes slower by itself', async () => {
  let tookMs = 10;
  const { last } = await play(
    () => (tookMs *= 1.02),
    () => false,
  );
  expect(last).toBeGreaterThanOrEqual(8);
});

test('goes back by one when one more made it slower', async () => {
  const { peak, last } = await play(
    (running) => (running > 10 ? 40 : 10),
    () => false,
  );
  expect(peak).toBe(11);
  expect(last).toBeLessThanOrEqual(11);
});

test('nothing to do ends at once', async () => {
  const work = () => Promise.reject(new Error('there is nothing to do'));
  await expect(inAdaptiveLanes({ items: [], work, mostAtOnce: 3 })).resolves.toEqual({ peak: 3, last: 3 });
});

test('one huge item holds one lane and no other item, and most items are not begun before they are due', async () => {
  const seen: number[] = [];
  let begun = 0;
  let release = (): void => undefined;
  const huge = new Promise<void>((resolve) => (release = resolve));
  const many = Array.from({ length: 100_000 }, (_, at) => at);
  let most = 0;
  await inAdaptiveLanes({
    items: many,
    mostAtOnce: 16,
    work: async (item) => {
      begun += 1;
      most = Math.max(most, begun - seen.length);
      await (item === 0 ? huge : undefined);
      seen.push(item);
      if (seen.length === many.length - 1) release();
      return 'done';
    },
  });
  expect([seen.length, seen.at(-1), most <= 16]).toEqual([100_000, 0, true]);
});

test('one item is done once, in one lane', async () => {
  const seen: number[] = [];
  const work = async (item: number) => (seen.push(item), 'done' as const);
  await inAdaptiveLanes({ items: [7], work, mostAtOnce: 32 });
  expect(seen).toEqual([7]);
});
