import assert from 'node:assert/strict';
import type { BackendFault, LayerHarness } from '../layer-harness.js';

/** Breaks the backend in a way that every harness must be able to produce. */
export const breakIt = async (harness: LayerHarness, fault: Exclude<BackendFault, 'throws'>): Promise<void> => {
  assert.equal(await harness.breakBackend(fault), true, `the harness cannot make a backend that ${fault}`);
};
