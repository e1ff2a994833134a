import { layerContract } from './layer-contract.js';
import type { LayerHarness } from './layer-harness.js';

declare const describe: (name: string, body: () => void) => void;
declare const test: (name: string, body: () => Promise<void>) => void;

/** Declares one Jest test for each rule of the contract; each opens its own harness and closes it, whatever happens. */
export const describeLayerContract = (name: string, open: () => LayerHarness | Promise<LayerHarness>): void => {
  describe(`${name} keeps the layer contract`, () => {
    for (const { name: rule, run } of layerContract) {
      test(rule, async () => {
        const harness = await open();
        await run(harness).finally(() => harness.close());
      });
    }
  });
};
