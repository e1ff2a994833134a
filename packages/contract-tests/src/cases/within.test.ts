import { until, within } from './within.js';

test('what is in time is given on', async () => {
  expect(await within(1_000, 'work', Promise.resolve(7))).toBe(7);
});

test('what is late fails in words', async () => {
  const never = new Promise<never>(() => undefined);
  await expect(within(1, 'the work', never)).rejects.toMatchObject({
    name: 'AssertionError',
    message: 'the work took over 1 ms',
  });
});

test('a failure in time stays what it is', async () => {
  await expect(within(1_000, 'work', Promise.reject(new RangeError('no')))).rejects.toBeInstanceOf(RangeError);
});

test('until ends as soon as the claim holds', async () => {
  let looks = 0;
  await until(1_000, 'looking', () => (looks += 1) === 3);
  expect(looks).toBe(3);
});

test('until fails in words when the claim never holds', async () => {
  await expect(until(1, 'the request', () => false)).rejects.toMatchObject({
    message: 'the request did not happen within 1 ms',
  });
});
