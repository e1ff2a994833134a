import type { LayerHarness } from '../layer-harness.js';

/** One rule of the contract. */
export interface ContractCase {
  /** The rule in plain words. */
  readonly name: string;
  /** Rejects with an assertion when the layer breaks the rule. Needs a fresh harness, and leaves closing it to the caller. */
  run(harness: LayerHarness): Promise<void>;
}
