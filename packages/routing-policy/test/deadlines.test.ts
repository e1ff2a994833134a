import fc from 'fast-check';
import { Deadlines, type Deadline } from '../src/deadlines.js';
import { Pause } from '../src/pause.js';
import { createManualClock, settled } from './manual-clock.js';

function waiting(deadlineMs: number, ended: string[], name = String(deadlineMs)): Deadline {
  return {
    deadlineMs,
    previous: undefined,
    next: undefined,
    expire: () => ended.push(`expired ${name}`),
    close: () => ended.push(`closed ${name}`),
  };
}

test('everything expires at its time, in whatever order it came', async () => {
  await fc.assert(
    fc.asyncProperty(
      fc.array(fc.record({ ms: fc.integer({ min: 1, max: 50 }), isRemoved: fc.boolean() })),
      async (rows) => {
        const clock = createManualClock(0);
        const deadlines = new Deadlines(clock);
        const ended: string[] = [];
        const all = rows.map(({ ms, isRemoved }, at) => ({ deadline: waiting(ms, ended, `${at}`), ms, isRemoved, at }));
        for (const { deadline } of all) deadlines.add(deadline);
        for (const { deadline, isRemoved } of all) if (isRemoved) deadlines.remove(deadline);
        await clock.advance(25);
        const due = all.filter(({ ms, isRemoved }) => !isRemoved && ms <= 25).map(({ at }) => `expired ${at}`);
        expect([...ended].sort()).toEqual(due.sort());
        deadlines.close();
        expect(ended).toHaveLength(all.filter(({ isRemoved }) => !isRemoved).length);
        expect(clock.armed()).toBe(0);
      },
    ),
    { seed: 7, numRuns: 60 },
  );
});

test('a thousand calls that end in time share one timer', () => {
  const clock = createManualClock();
  const deadlines = new Deadlines(clock);
  for (let call = 0; call < 1_000; call += 1) {
    const deadline = waiting(31_000 + call, []);
    deadlines.add(deadline);
    deadlines.remove(deadline);
  }
  expect(clock.set()).toBe(1);
});

test('the timer keeps the process alive while something waits, and never otherwise', () => {
  const clock = createManualClock();
  const deadlines = new Deadlines(clock);
  const [one, other] = [waiting(2_000, []), waiting(3_000, [])];
  deadlines.add(one);
  deadlines.add(other);
  expect(clock.holding()).toBe(1);
  deadlines.remove(one);
  expect(clock.holding()).toBe(1);
  deadlines.remove(other);
  expect(clock.holding()).toBe(0);
  deadlines.add(waiting(4_000, []));
  expect(clock.holding()).toBe(1);
});

test('a deadline that was put off does not expire at its first time', async () => {
  const clock = createManualClock(0);
  const ended: string[] = [];
  const deadlines = new Deadlines(clock);
  const deadline = waiting(10, ended, 'it');
  deadlines.add(deadline);
  deadline.deadlineMs = 30;
  await clock.advance(20);
  expect(ended).toEqual([]);
  await clock.advance(10);
  expect(ended).toEqual(['expired it']);
});

test('what expires may add and remove others', async () => {
  const clock = createManualClock(0);
  const ended: string[] = [];
  const deadlines = new Deadlines(clock);
  const other = waiting(20, ended);
  deadlines.add(other);
  deadlines.add({
    ...waiting(10, ended),
    expire: () => {
      deadlines.remove(other);
      deadlines.add(waiting(15, ended));
    },
  });
  await clock.advance(60);
  expect(ended).toEqual(['expired 15']);
});

test('a pause ends at its time, and early when the caller stops or the house closes', async () => {
  const clock = createManualClock(0);
  const deadlines = new Deadlines(clock);
  const stop = new AbortController();
  const [whole, cut, shut] = [
    new Pause(deadlines, 10, undefined).passed(),
    new Pause(deadlines, 20, stop.signal).passed(),
    new Pause(deadlines, 30, undefined).passed(),
  ];
  await clock.advance(10);
  expect(await whole).toBe(true);
  stop.abort();
  expect(await cut).toBe(false);
  deadlines.close();
  expect(await shut).toBe(false);
  await settled();
});
