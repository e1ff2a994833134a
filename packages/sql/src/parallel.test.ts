import { setImmediate as tick } from 'node:timers/promises';
import fc from 'fast-check';
import { err, errAsync, ok, okAsync, type Result } from 'neverthrow';
import { parallel } from './parallel.js';

test('never more than the bound are in flight, and results come in order', async () => {
  const plan = fc.array(fc.nat({ max: 4 }), { maxLength: 30 });
  await fc.assert(
    fc.asyncProperty(plan, fc.integer({ min: 1, max: 8 }), async (ticks, concurrency) => {
      let inFlight = 0;
      let most = 0;
      const calls = ticks.map((rounds, at) => async (): Promise<Result<number, string>> => {
        most = Math.max(most, (inFlight += 1));
        for (let round = 0; round < rounds; round += 1) await tick();
        inFlight -= 1;
        return rounds === 3 ? err(`${at} failed`) : ok(at);
      });
      const results = await parallel(calls, { concurrency });
      expect(results).toEqual(ticks.map((rounds, at) => (rounds === 3 ? err(`${at} failed`) : ok(at))));
      expect(most).toBeLessThanOrEqual(concurrency);
      if (ticks.every((rounds) => rounds > 0)) expect(most).toBe(Math.min(concurrency, ticks.length));
    }),
    { seed: 3, numRuns: 60 },
  );
});

test('takes what a door gives', async () => {
  const calls = [() => okAsync<number, string>(1), () => errAsync<number, string>('no')];
  expect(await parallel(calls, { concurrency: 2 })).toEqual([ok(1), err('no')]);
  expect(await parallel([], { concurrency: 2 })).toEqual([]);
});

test.each([0, -1, 1.5, NaN, Infinity])('a concurrency of %p throws at once', (concurrency) => {
  expect(() => parallel([], { concurrency })).toThrow(/concurrency/);
});
