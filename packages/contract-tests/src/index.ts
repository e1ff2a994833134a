export { createTestCall, type TestCall, type TestCallOptions } from './create-test-call.js';
export type { Fault, FaultLimits, FaultRule, NamedFault } from './fault-rule.js';
export { startFaultyProxy, type FaultyProxy, type FaultyProxyOptions, type SeenRequest } from './faulty-proxy.js';
export type { ContractCase } from './cases/contract-case.js';
export { layerContract } from './layer-contract.js';
export type { BackendFault, LayerHarness, Sample, Samples } from './layer-harness.js';
export type { FakeAnswer, FakeAnswers } from './fake-answers.js';
export type { FakeFailure, FakeFaultLimits } from './fake-fault.js';
export { createFakeLayer, type FakeLayer, type FakeLayerOptions, type Received } from './fake-layer.js';
