export { createTestCall, type TestCall, type TestCallOptions } from './create-test-call.js';
export type { Fault, FaultLimits, FaultRule, NamedFault } from './fault-rule.js';
export { startFaultyProxy, type FaultyProxy, type FaultyProxyOptions, type SeenRequest } from './faulty-proxy.js';
export { layerContract, type ContractCase } from './layer-contract.js';
export type { BackendFault, LayerHarness, Sample, Samples } from './layer-harness.js';
