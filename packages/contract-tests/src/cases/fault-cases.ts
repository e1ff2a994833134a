import assert from 'node:assert/strict';
import type { ErrorKind, LayerError } from '@hybrid-supabase/core';
import { createTestCall } from '../create-test-call.js';
import type { BackendFault, LayerHarness } from '../layer-harness.js';
import { valueOf } from './answer-cases.js';
import { assertLayerError, errorOf, whenSent } from './assert-layer-error.js';
import { breakIt } from './break-it.js';
import type { ContractCase } from './contract-case.js';
import { aReadAndAChange, attempt, prepare, probe, theGentlest, type Trial } from './trial.js';

type Fault = Exclude<BackendFault, 'throws'>;
type Seen = (error: LayerError, trial: Trial, requests: number) => void;

/** What a layer makes of a backend that fails. */
export const faultCases: readonly ContractCase[] = [
  {
    name: 'reports an unreachable backend, where nothing can have happened',
    run: (harness) =>
      underFault(harness, 'refuses', (error, { name }) =>
        assertLayerError(name, harness, error, { kind: 'unavailable', effect: 'none' }),
      ),
  },
  {
    name: 'keeps the cause of an unreachable backend and says what to do about it',
    run: (harness) =>
      underFault(harness, 'refuses', (error, { name }) => {
        assert.ok(error.cause !== undefined && error.cause !== null, `${name} lost the cause`);
        assert.ok(error.hint !== undefined && error.hint.trim() !== '', `${name} gives no hint`);
      }),
  },
  {
    name: 'knocks once at a closed door',
    run: (harness) =>
      underFault(harness, 'refuses', (_error, { name }, requests) =>
        assert.ok(requests <= 1, `${name} knocked ${requests} times`),
      ),
  },
  {
    name: 'says by its probe when it cannot serve',
    async run(harness) {
      await breakIt(harness, 'refuses');
      const error = errorOf('the probe', await probe(harness, createTestCall()));
      assertLayerError('the probe', harness, error, { kind: 'unavailable', effect: 'none' });
    },
  },
  {
    name: 'reports an answer that it cannot read',
    run: (harness) => underFault(harness, 'garbles', lostReply(harness, 'invalid-reply')),
  },
  {
    name: 'reports a backend that dies in mid-call',
    run: (harness) => underFault(harness, 'dies', lostReply(harness, 'interrupted')),
  },
  {
    name: 'sends nothing again when the answer is lost',
    run: (harness) =>
      underFault(harness, 'dies', (_error, { name }, requests) => assert.equal(requests, 1, `the requests of ${name}`)),
  },
  {
    name: 'turns a client that throws into an error',
    async run(harness) {
      const trials = await prepare(harness, aReadAndAChange(harness));
      if (!(await harness.breakBackend('throws'))) return;
      for (const trial of trials) {
        const error = errorOf(trial.name, await attempt(harness, trial, trial.call()));
        assertLayerError(trial.name, harness, error, {});
      }
    },
  },
  {
    name: 'works again when the backend has healed',
    async run(harness) {
      for (const fault of ['refuses', 'garbles', 'dies'] as const) await recovers(harness, fault);
    },
  },
];

const lostReply =
  (harness: LayerHarness, kind: ErrorKind): Seen =>
  (error, trial) =>
    assertLayerError(trial.name, harness, error, { kind, ...whenSent(trial) });

const underFault = async (harness: LayerHarness, fault: Fault, see: Seen): Promise<void> => {
  const trials = await prepare(harness, aReadAndAChange(harness));
  await breakIt(harness, fault);
  for (const trial of trials) {
    const before = harness.sent();
    const error = errorOf(trial.name, await attempt(harness, trial, trial.call()));
    see(error, trial, harness.sent() - before);
  }
};

const recovers = async (harness: LayerHarness, fault: Fault): Promise<void> => {
  if (harness.heal === undefined) return;
  const trials = (await prepare(harness, theGentlest(harness))).filter(mayRunAfter(fault));
  await breakIt(harness, fault);
  for (const trial of trials) errorOf(trial.name, await attempt(harness, trial, trial.call()));
  await harness.heal();
  for (const trial of trials) {
    const output = valueOf(`${trial.name}, healed,`, await attempt(harness, trial, trial.call()));
    trial.sample.check(output);
  }
};

// A write whose answer was lost may have happened: running it again would be a conflict, rightly.
const mayRunAfter =
  (fault: Fault) =>
  ({ effect }: Trial): boolean =>
    fault === 'refuses' || effect !== 'write';
