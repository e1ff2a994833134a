import assert from 'node:assert/strict';
import type { LayerError } from '@hybrid-supabase/core';
import type { LayerHarness } from '../layer-harness.js';
import { assertLayerError, errorOf, errorText } from './assert-layer-error.js';
import { breakIt } from './break-it.js';
import type { ContractCase } from './contract-case.js';
import { aReadAndAChange, attempt, prepare } from './trial.js';

/** What is true of every error, however it came about. */
export const errorCases: readonly ContractCase[] = [
  {
    name: 'freezes its errors, and puts its name and a message into each',
    run: (harness) =>
      eachError(harness, (what, error) => {
        assertLayerError(what, harness, error, {});
        assert.ok(Object.isFrozen(error), `${what}: the error can be changed`);
      }),
  },
  {
    name: 'keeps secrets out of its errors',
    run: (harness) =>
      eachError(harness, (what, error) => {
        const text = errorText(error);
        for (const secret of harness.secrets ?? [])
          assert.ok(!text.includes(secret), `${what}: a secret is in the error`);
      }),
  },
];

const eachError = async (harness: LayerHarness, see: (what: string, error: LayerError) => void): Promise<void> => {
  for (const [what, error] of await collectErrors(harness)) see(what, error);
};

type Named = readonly [what: string, error: LayerError];

/** One error for each way to fail that this harness can go through in a row, ending with a closed layer. */
const collectErrors = async (harness: LayerHarness): Promise<readonly Named[]> => {
  const errors: Named[] = [];
  const trials = await prepare(harness, aReadAndAChange(harness));
  const collect = async (way: string, stop: boolean): Promise<void> => {
    for (const trial of trials) {
      const call = trial.call();
      if (stop) call.abort();
      const what = `${trial.name}, ${way}`;
      errors.push([what, errorOf(what, await attempt(harness, trial, call))]);
    }
  };
  await collect('cancelled', true);
  await breakIt(harness, 'garbles');
  await collect('garbled', false);
  await harness.heal?.();
  await breakIt(harness, 'refuses');
  await collect('refused', false);
  await harness.layer.close();
  await collect('closed', false);
  return errors;
};
