import { layerContract } from './layer-contract.js';
import type { LayerHarness } from './layer-harness.js';

declare const describe: (name: string, body: () => void) => void;
declare const test: (name: string, body: () => Promise<void>, timeoutMs: number) => void;

// Above every bound inside a case, so that the case's own words are what is reported.
const caseTimeoutMs = 120_000;

/** Declares one Jest test for each rule of the contract; each opens its own harness and closes it, whatever happens. */
export const describeLayerContract = (name: string, open: () => LayerHarness | Promise<LayerHarness>): void => {
  describe(`${name} keeps the layer contract`, () => {
    for (const { name: rule, run } of layerContract) {
      const body = async (): Promise<void> => {
        const harness = await open();
        await run(harness).finally(() => harness.close());
      };
      test(rule, body, caseTimeoutMs);
    }
  });
};
