import { keepSwept } from './keep-swept.js';

beforeEach(() => void jest.useFakeTimers({ doNotFake: ['setImmediate', 'nextTick'] }));
afterEach(() => void jest.useRealTimers());

test.each([
  ['a quarter of their life', 40_000, 10_000],
  ['ten minutes at most', 24 * 3_600_000, 600_000],
  ['a tenth of a second at least', 1, 100],
])('sweeps at once, and again after %s, until it is ended', async (_pause, expiryMs, pauseMs) => {
  const sweep = jest.fn(() => Promise.resolve());
  const end = keepSwept({ sessions: { expiryMs, sweep }, onFailure: () => undefined });
  expect(sweep).toHaveBeenCalledTimes(1);
  await jest.advanceTimersByTimeAsync(pauseMs - 1);
  expect(sweep).toHaveBeenCalledTimes(1);
  await jest.advanceTimersByTimeAsync(1);
  expect(sweep).toHaveBeenCalledTimes(2);
  await end();
  expect(jest.getTimerCount()).toBe(0);
});

test('a slow sweep is not joined by a second one, and its end is waited for', async () => {
  let finish = (): void => undefined;
  const sweep = jest.fn(() => new Promise<void>((resolve) => (finish = resolve)));
  const end = keepSwept({ sessions: { expiryMs: 400, sweep }, onFailure: () => undefined });
  await jest.advanceTimersByTimeAsync(1000);
  expect(sweep).toHaveBeenCalledTimes(1);
  const ended = jest.fn();
  const ending = end().then(ended);
  await jest.advanceTimersByTimeAsync(0);
  expect(ended).not.toHaveBeenCalled();
  finish();
  await ending;
});

test('a failing sweep is told and tried again', async () => {
  const onFailure = jest.fn();
  const sweep = jest.fn(() => Promise.reject(new Error('EIO')));
  const end = keepSwept({ sessions: { expiryMs: 400, sweep }, onFailure });
  await jest.advanceTimersByTimeAsync(100);
  expect([sweep.mock.calls.length, onFailure.mock.calls.length]).toEqual([2, 2]);
  await end();
});
