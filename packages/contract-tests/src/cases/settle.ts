import assert from 'node:assert/strict';
import type { LayerError } from '@hybrid-supabase/core';
import type { Result } from 'neverthrow';
import { isResult } from '../is-result.js';

/** Runs what a layer promised never to throw and never to reject; anything but a Result fails as an assertion. */
export const settle = async (what: string, run: () => unknown): Promise<Result<unknown, LayerError>> => {
  const result = await Promise.resolve(start(what, run)).catch(fails(`${what} rejected`));
  assert.ok(isResult(result), `${what} gave no Result`);
  return result;
};

const start = (what: string, run: () => unknown): unknown => {
  try {
    return run();
  } catch (cause) {
    return fails(`${what} threw`)(cause);
  }
};

const fails =
  (message: string) =>
  (cause: unknown): never => {
    throw Object.assign(new assert.AssertionError({ message: `${message}, where an Err was due` }), { cause });
  };
