import assert from 'node:assert/strict';
import type { ErrorKind } from '@hybrid-supabase/core';
import { createTestCall, type TestCall } from '../create-test-call.js';
import type { LayerHarness } from '../layer-harness.js';
import { assertLayerError, errorOf, whenSent } from './assert-layer-error.js';
import { breakIt } from './break-it.js';
import type { ContractCase } from './contract-case.js';
import { aReadAndAChange, attempt, prepare, probe, sampled, startAttempt, type Trial } from './trial.js';
import { patienceMs, until, within } from './within.js';

type Stop = 'abort' | 'expire';

/** What a layer does when the caller, or the clock, has had enough. */
export const stopCases: readonly ContractCase[] = [
  { name: 'sends nothing when already cancelled', run: (harness) => sendsNothing(harness, 'abort', 'cancelled') },
  {
    name: 'sends nothing when the deadline has already passed',
    run: (harness) => sendsNothing(harness, 'expire', 'timed-out'),
  },
  {
    name: 'stops waiting when cancelled, and owns up that the work may be done',
    run: (harness) => stopsWaiting(harness, 'abort', 'cancelled'),
  },
  {
    name: 'tells a passed deadline from a cancel',
    run: (harness) => stopsWaiting(harness, 'expire', 'timed-out'),
  },
];

const sendsNothing = async (harness: LayerHarness, stop: Stop, kind: ErrorKind): Promise<void> => {
  const trials = await prepare(harness, sampled(harness));
  const before = harness.sent();
  for (const trial of trials) {
    const result = await attempt(harness, trial, stopped(trial.call(), stop), patienceMs.prompt);
    assertLayerError(trial.name, harness, errorOf(trial.name, result), { kind, effect: 'none' });
  }
  const probed = await probe(harness, stopped(createTestCall(), stop), patienceMs.prompt);
  assertLayerError('the probe', harness, errorOf('the probe', probed), { kind, effect: 'none' });
  assert.equal(harness.sent() - before, 0, 'something was sent');
};

const stopped = (call: TestCall, stop: Stop): TestCall => {
  call[stop]();
  return call;
};

const stopsWaiting = async (harness: LayerHarness, stop: Stop, kind: ErrorKind): Promise<void> => {
  const trials = await prepare(harness, aReadAndAChange(harness));
  await breakIt(harness, 'hangs');
  for (const trial of trials) {
    const error = errorOf(trial.name, await stopAfterSending(harness, trial, stop));
    assertLayerError(trial.name, harness, error, { kind, ...whenSent(trial) });
  }
};

const stopAfterSending = async (harness: LayerHarness, trial: Trial, stop: Stop): ReturnType<typeof attempt> => {
  const before = harness.sent();
  const call = trial.call();
  let settled = false;
  const pending = startAttempt(harness, trial, call).finally(() => (settled = true));
  const underWay = (): boolean => settled || harness.sent() > before;
  await Promise.race([until(patienceMs.answer, `the request of ${trial.name}`, underWay), pending]);
  call[stop]();
  return within(patienceMs.prompt, `${trial.name}, stopped,`, pending);
};
