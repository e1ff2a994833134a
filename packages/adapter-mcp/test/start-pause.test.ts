import { layerError } from '@hybrid-supabase/core';
import { createHandClock } from './hand-clock.js';
import { createStartPause } from '../src/start-pause.js';

const failure = (retryAfterMs?: number) =>
  layerError({
    kind: 'unavailable',
    layer: 'mcp',
    effect: 'none',
    message: 'It did not start.',
    ...(retryAfterMs === undefined ? {} : { retryAfterMs }),
  });

test('the first failure is tried again at once, each later one after twice the time, up to five seconds', async () => {
  const clock = createHandClock();
  const pause = createStartPause(clock);
  const waits: (number | undefined)[] = [];
  for (let failures = 0; failures < 9; failures += 1) {
    pause.failed(failure());
    waits.push(pause.refusal()?.retryAfterMs);
  }
  expect(waits).toEqual([undefined, 100, 200, 400, 800, 1_600, 3_200, 5_000, 5_000]);
  await clock.advance(5_000);
  expect(pause.refusal()).toBeUndefined();
});

test('whoever asks too early is told why the server did not start', () => {
  const pause = createStartPause(createHandClock());
  pause.failed(failure());
  pause.failed(failure());
  expect(pause.refusal()).toMatchObject({ kind: 'unavailable', effect: 'none', message: 'It did not start.' });
});

test('a server that asks to be left alone is left alone', () => {
  const pause = createStartPause(createHandClock());
  pause.failed(failure(7_000));
  expect(pause.refusal()?.retryAfterMs).toBe(7_000);
});

test('a start that succeeds forgets what was before', () => {
  const pause = createStartPause(createHandClock());
  pause.failed(failure());
  pause.failed(failure());
  pause.succeeded();
  expect(pause.refusal()).toBeUndefined();
  pause.failed(failure());
  expect(pause.refusal()).toBeUndefined();
});
