import { describeLayerContract } from '../src/jest.js';
import { openFakeHarness } from './open-fake-harness.js';

describeLayerContract('the fake layer', openFakeHarness);
