import { describeLayerContract } from '../src/jest.js';
import { layerContract } from '../src/index.js';
import { openFakeHarness } from './open-fake-harness.js';

let opened = 0;
let closed = 0;

describeLayerContract('the fake layer', () => {
  opened += 1;
  const harness = openFakeHarness();
  const close = async (): Promise<void> => {
    closed += 1;
    await harness.close();
  };
  return { ...harness, close };
});

test('each case had a harness of its own, which was closed', () => {
  expect([opened, closed]).toEqual([layerContract.length, layerContract.length]);
});
