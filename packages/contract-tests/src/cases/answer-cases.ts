import assert from 'node:assert/strict';
import { operations } from '@hybrid-supabase/core';
import type { LayerError } from '@hybrid-supabase/core';
import type { Result } from 'neverthrow';
import { createTestCall } from '../create-test-call.js';
import type { LayerHarness } from '../layer-harness.js';
import type { ContractCase } from './contract-case.js';
import { attempt, prepare, probe, sampled, type Trial } from './trial.js';

/** The answer of a healthy backend; an error fails as an assertion that quotes it. */
export const valueOf = (what: string, result: Result<unknown, LayerError>): unknown => {
  if (result.isOk()) return result.value;
  const { kind, message, code, sqlState } = result.error;
  return assert.fail(`${what} failed: ${[kind, code, sqlState, message].filter(Boolean).join(' · ')}`);
};

/** What a layer does while its backend is healthy. */
export const answerCases: readonly ContractCase[] = [
  {
    name: 'answers every sample, and rightly',
    async run(harness) {
      for (const name of sampled(harness)) {
        const [trial] = await prepare(harness, [name]);
        if (trial) trial.sample.check(valueOf(name, await attempt(harness, trial, trial.call())));
      }
    },
  },
  {
    name: 'sends the requests an attempt takes and no more',
    async run(harness) {
      for (const name of sampled(harness)) {
        const [trial] = await prepare(harness, [name]);
        if (trial) await assertRequests(harness, trial);
      }
    },
  },
  {
    name: 'leaves the same behind when an idempotent operation runs again',
    async run(harness) {
      const names = sampled(harness).filter((name) => operations[name].effect === 'idempotent');
      for (const name of names) {
        const [trial] = await prepare(harness, [name]);
        if (trial) assert.deepEqual(await outcomeOf(harness, trial), await outcomeOf(harness, trial), name);
      }
    },
  },
  {
    name: 'proves by its probe that it can serve',
    async run(harness) {
      valueOf('the probe', await probe(harness, createTestCall()));
    },
  },
];

const assertRequests = async (harness: LayerHarness, trial: Trial): Promise<void> => {
  const before = harness.sent();
  valueOf(trial.name, await attempt(harness, trial, trial.call()));
  assert.equal(harness.sent() - before, trial.requests, `the requests of ${trial.name}`);
};

const outcomeOf = async (harness: LayerHarness, trial: Trial): Promise<unknown> => {
  const output = valueOf(trial.name, await attempt(harness, trial, trial.call()));
  return trial.sample.state === undefined ? output : trial.sample.state();
};
