export type { BudgetRule } from './attempt-budget.js';
export type { BulkheadRule } from './bulkhead.js';
export type { HedgeRule } from './hedged-attempt.js';
export type { SavedBreaker, SavedRollout, SavedState } from './saved-state.js';
export type { Scope, ScopeOptions } from './scope.js';
export type { BreakerRule, BreakerState } from './breaker.js';
export type { CallOptions } from './call-options.js';
export { systemClock, type Clock, type ClockTimer } from './clock.js';
export { createHybrid, type HybridOptions } from './create-hybrid.js';
export { decide, decideAfter, type DecisionState, type Next, type OpenVerdict } from './decide.js';
export type { Report, RoutingEvent } from './events.js';
export { openFeatureFlags, type FlagDecision, type Flags, type OpenFeatureClient } from './flags.js';
export { readPolicyFile, type PolicyFileProblem } from './policy-file.js';
export {
  rollBackPolicyFile,
  type PolicyChange,
  type PolicyRollback,
  type RollBackFileOptions,
} from './roll-back-policy-file.js';
export { rolledBack, type RollbackOptions } from './rolled-back.js';
export {
  rolloutStages,
  type Arm,
  type RolloutChange,
  type RolloutRule,
  type RolloutStage,
  type RolloutStatus,
} from './rollout.js';
export {
  compareArms,
  count as countCall,
  emptyTally,
  type ArmsRule,
  type ArmsVerdict,
  type Difference,
  type Tally,
} from './sequential-test.js';
export { simulateRollouts, type Simulation, type SimulationResult } from './simulate-rollouts.js';
export type { Likeness, ShadowCounts, ShadowRule } from './shadow.js';
export { logTo, type RoutingLogger } from './log-to.js';
export { reportTo } from './report-to.js';
export { inTraceOf, type TraceSpan } from './in-trace-of.js';
export {
  mcpConvention,
  telemetryTo,
  type AttemptConvention,
  type TelemetryAttributes,
  type TelemetryMeter,
  type TelemetryOptions,
  type TelemetrySpan,
  type TelemetryTracer,
} from './telemetry-to.js';
export type { NoQuestion } from './house.js';
export type { Door, Doors, Hybrid, Isolation, LayerHealth, Lifecycle, PortsOf } from './hybrid.js';
export { definePolicy } from './define-policy.js';
export type { Explanation, LayerOutlook } from './explain.js';
export { policyProblems, readPolicy } from './policy-check.js';
export {
  presetPolicy,
  type CacheRule,
  type DoorPolicy,
  type OperationPolicy,
  type PolicyKey,
  type PolicyUnder,
  type ReadPolicy,
  type RoutingPolicy,
} from './policy.js';
export type { Rule } from './rule.js';
export type { PolicyControl } from './rules-in-force.js';
export { watchPolicyFile, type PolicyWatch, type WatchOptions } from './watch-policy-file.js';
export { portQuestions, type PortQuestions } from './port-questions.js';
