import type { Call, FileTarget, ReceivedFile } from '@hybrid-supabase/core';
import { createFakeLayer } from '@hybrid-supabase/contract-tests';
import { createHybrid } from '../src/index.js';
import { createManualClock } from './manual-clock.js';

const info: ReceivedFile = {
  bucket: 'b',
  path: 'p',
  sizeBytes: 1,
  contentType: 'text/plain',
  etag: 'e',
  verified: 'size',
};
const to: FileTarget = { open: () => Promise.reject(new Error('the fake writes nothing')) };

function download(timeoutMs?: number) {
  const clock = createManualClock();
  const calls: Call[] = [];
  let finish: (file: ReceivedFile) => void = () => undefined;
  const answer = (_input: unknown, call: Call): ReceivedFile => {
    calls.push(call);
    return new Promise<ReceivedFile>((resolve) => (finish = resolve)) as never;
  };
  const layer = createFakeLayer({ name: 'supabase', answers: { 'files.download': answer } });
  const hybrid = createHybrid({
    layers: [layer],
    clock,
    policy: { '*': { timeoutMs: 1_000, idleTimeoutMs: 100, maxAttempts: 1 } },
  });
  const pending = hybrid.files.download(
    { bucket: 'b', path: 'p', to },
    timeoutMs === undefined ? undefined : { timeoutMs },
  );
  return { clock, calls, pending, finish: () => finish(info) };
}

test('a transfer that keeps moving is not cut off, however long it takes', async () => {
  const { clock, calls, pending, finish } = download();
  for (let moved = 0; moved < 50; moved += 1) {
    await clock.advance(90);
    calls[0]?.progressed();
  }
  finish();
  expect((await pending)._unsafeUnwrap().trail).toMatchObject([{ did: 'served', ms: 4_500 }]);
});

test('a transfer that stands still is given up', async () => {
  const { clock, calls, pending } = download();
  await clock.advance(90);
  calls[0]?.progressed();
  await clock.advance(100);
  expect((await pending)._unsafeUnwrapErr()).toMatchObject({
    kind: 'timed-out',
    message: 'No answer and no progress in time.',
  });
});

test("the caller's own limit holds for a transfer too", async () => {
  const { clock, calls, pending } = download(150);
  await clock.advance(90);
  calls[0]?.progressed();
  await clock.advance(60);
  expect((await pending)._unsafeUnwrapErr().kind).toBe('timed-out');
});
