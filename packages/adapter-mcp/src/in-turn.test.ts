import { inTurn } from './in-turn.js';

test('the next piece begins when the one before it has ended, even in failure', async () => {
  const steps: string[] = [];
  const work = inTurn(async (name: string) => {
    steps.push(`${name} begins`);
    await new Promise((resolve) => setImmediate(resolve));
    steps.push(`${name} ends`);
    if (name === 'one') throw new Error('one failed');
  });
  const results = await Promise.allSettled([work('one'), work('two')]);
  expect(steps).toEqual(['one begins', 'one ends', 'two begins', 'two ends']);
  expect(results.map(({ status }) => status)).toEqual(['rejected', 'fulfilled']);
});
