import { layerError, type Call, type LayerError } from '@hybrid-supabase/core';
import { err, ok, type Result } from 'neverthrow';
import { Attempt, type AttemptFacts } from '../src/attempt.js';
import { Deadlines } from '../src/deadlines.js';
import { createManualClock, settled } from './manual-clock.js';

function start(more: Partial<AttemptFacts> = {}) {
  const clock = createManualClock(0);
  const deadlines = new Deadlines(clock);
  let ids = 0;
  const facts: AttemptFacts = {
    deadlines,
    newId: () => `id-${(ids += 1)}`,
    callerSignal: undefined,
    idempotencyKey: undefined,
    traceparent: undefined,
    idleTimeoutMs: undefined,
    endsAtMs: 1_000,
    ...more,
  };
  return { clock, deadlines, ids: () => ids, attempt: new Attempt<string>(facts, 'mcp', 1, 100) };
}

const never = () => new Promise<Result<string, LayerError>>(() => undefined);

test('an answer before the deadline wins, and its signal never fires', async () => {
  const { attempt, clock } = start();
  let seen: Call | undefined;
  const outcome = await attempt.run(async (input: string, call) => {
    seen = call;
    void call.signal;
    return ok(`got ${input}`);
  }, 'it');
  await clock.advance(500);
  expect(outcome._unsafeUnwrap()).toBe('got it');
  expect(seen?.signal.aborted).toBe(false);
  expect(clock.holding()).toBe(0);
});

test("a layer's own error passes untouched", async () => {
  const error = layerError({ kind: 'conflict', layer: 'mcp', effect: 'none', message: 'Taken.', code: 'Duplicate' });
  const { attempt } = start();
  expect((await attempt.run(async () => err(error), undefined))._unsafeUnwrapErr()).toBe(error);
});

test('at the deadline it is timed out with an unknown effect, the signal fires, and a late answer is ignored', async () => {
  const { attempt, clock } = start();
  let answer: (late: Result<string, LayerError>) => void = () => undefined;
  const pending = attempt.run(() => new Promise((resolve) => (answer = resolve)), undefined);
  const { signal } = attempt;
  await clock.advance(100);
  answer(ok('late'));
  expect((await pending)._unsafeUnwrapErr()).toMatchObject({ kind: 'timed-out', effect: 'unknown', layer: 'mcp' });
  expect(signal.aborted).toBe(true);
  expect(signal.reason).toMatchObject({ name: 'TimeoutError' });
});

test('a signal that is read only after the attempt was lost has fired already', async () => {
  const { attempt, clock } = start();
  const pending = attempt.run(never, undefined);
  await clock.advance(100);
  await pending;
  expect(attempt.signal.aborted).toBe(true);
});

test('when the caller stops it ends at once, with an unknown effect', async () => {
  const stop = new AbortController();
  const { attempt, clock } = start({ callerSignal: stop.signal });
  const pending = attempt.run(never, undefined);
  stop.abort();
  expect((await pending)._unsafeUnwrapErr()).toMatchObject({ kind: 'cancelled', effect: 'unknown' });
  expect(attempt.signal.reason).toMatchObject({ name: 'AbortError' });
  expect(clock.holding()).toBe(0);
});

test('no id is made for a layer that does not ask for it, and only one for a layer that asks twice', async () => {
  const { attempt, ids } = start();
  await attempt.run(async () => ok('done'), undefined);
  expect(ids()).toBe(0);
  expect(attempt.attemptId).toBe(attempt.attemptId);
  expect(ids()).toBe(1);
});

test('progress puts the idle timeout off, but never beyond the end of the call', async () => {
  const { attempt, clock } = start({ idleTimeoutMs: 100, endsAtMs: 250 });
  const pending = attempt.run(never, undefined);
  for (const ms of [90, 90, 60]) {
    await clock.advance(ms);
    attempt.progressed();
  }
  expect(attempt.deadlineMs).toBe(250);
  await clock.advance(10);
  expect((await pending)._unsafeUnwrapErr()).toMatchObject({ kind: 'timed-out', effect: 'unknown' });
});

test('progress means nothing to an operation that does not stream', () => {
  const { attempt } = start();
  attempt.progressed();
  expect(attempt.deadlineMs).toBe(100);
});

test('notes are collected until it is over, and only so many', async () => {
  const { attempt } = start();
  await attempt.run(async (_input, call) => {
    for (let note = 0; note < 99; note += 1) call.note(`reconnected ${note}`);
    return ok('done');
  }, undefined);
  attempt.note('too late');
  expect(attempt.notes).toHaveLength(50);
  expect(attempt.notes).not.toContain('too late');
});

test('the key and the trace context are there only when the caller gave them', () => {
  expect('idempotencyKey' in start().attempt).toBe(false);
  expect(start({ idempotencyKey: 'k', traceparent: 't' }).attempt).toMatchObject({
    idempotencyKey: 'k',
    traceparent: 't',
  });
});

test('a promise that rejects after the deadline is no unhandled rejection', async () => {
  const { attempt, clock } = start();
  let reject: (why: Error) => void = () => undefined;
  const pending = attempt.run(() => new Promise((_resolve, fail) => (reject = fail)), undefined);
  await clock.advance(100);
  reject(new Error('late'));
  await settled();
  expect((await pending)._unsafeUnwrapErr().kind).toBe('timed-out');
});
