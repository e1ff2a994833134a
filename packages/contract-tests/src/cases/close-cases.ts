import assert from 'node:assert/strict';
import { createTestCall } from '../create-test-call.js';
import type { LayerHarness } from '../layer-harness.js';
import { assertLayerError, errorOf } from './assert-layer-error.js';
import type { ContractCase } from './contract-case.js';
import { valueOf } from './answer-cases.js';
import { attempt, prepare, probe, sampled, theGentlest } from './trial.js';
import { patienceMs, within } from './within.js';

const closed = { kind: 'unavailable', effect: 'none' } as const;

/** How a layer ends. */
export const closeCases: readonly ContractCase[] = [
  {
    name: 'may be closed twice',
    async run(harness) {
      const trials = await prepare(harness, theGentlest(harness));
      for (const trial of trials) valueOf(trial.name, await attempt(harness, trial, trial.call()));
      await closeIt(harness);
      await closeIt(harness);
    },
  },
  {
    name: 'serves nothing once it is closed',
    async run(harness) {
      const trials = await prepare(harness, sampled(harness));
      await closeIt(harness);
      const before = harness.sent();
      for (const trial of trials) {
        const result = await attempt(harness, trial, trial.call(), patienceMs.prompt);
        assertLayerError(trial.name, harness, errorOf(trial.name, result), closed);
      }
      assert.equal(harness.sent() - before, 0, 'something was sent');
    },
  },
  {
    name: 'fails its probe once it is closed, and sends nothing',
    async run(harness) {
      await closeIt(harness);
      const before = harness.sent();
      const error = errorOf('the probe', await probe(harness, createTestCall(), patienceMs.prompt));
      assertLayerError('the probe', harness, error, closed);
      assert.equal(harness.sent() - before, 0, 'something was sent');
    },
  },
];

const closeIt = async (harness: LayerHarness): Promise<void> => {
  await within(patienceMs.answer, 'closing', harness.layer.close());
};
