import { untilStopped } from './until-stopped.js';

const never = new Promise<never>(() => undefined);

test('gives the value that came first', async () => {
  expect(await untilStopped(Promise.resolve(7), [new AbortController().signal])).toEqual({ value: 7 });
});

test('stops waiting when any signal fires', async () => {
  const controller = new AbortController();
  const waiting = untilStopped(never, [new AbortController().signal, controller.signal]);
  controller.abort();
  expect(await waiting).toBe('stopped');
});

test('passes a rejection on, and swallows one that comes after the stop', async () => {
  await expect(untilStopped(Promise.reject(new Error('no')), [])).rejects.toThrow('no');
  let reject = (_cause: Error): void => undefined;
  const late = new Promise<never>((_resolve, fail) => {
    reject = fail;
  });
  expect(await untilStopped(late, [AbortSignal.abort()])).toBe('stopped');
  reject(new Error('late'));
});
