/** What was seen of one arm. */
export interface Tally {
  calls: number;
  errors: number;
  /** Sum and sum of squares of the natural logarithm of milliseconds. */
  logMs: number;
  logMsSquared: number;
}

/** A difference with its confidence interval, relative to the control with the threshold already taken off: above 0 is worse than allowed. */
export interface Difference {
  readonly excess: number;
  readonly low: number;
  readonly high: number;
}

/** What two arms say. `worse` only when a whole interval lies beyond the threshold. */
export interface ArmsVerdict {
  readonly verdict: 'too-few' | 'not-worse' | 'worse';
  readonly errors: Difference;
  readonly latency: Difference;
}

/** How sure a verdict has to be. */
export interface ArmsRule {
  /** How much worse is allowed: 0.1 is a tenth more errors, or a tenth more time. */
  readonly threshold: number;
  /** For either guard over the whole of a rollout, however often it is looked at. */
  readonly falseAlarms: number;
  /** Calls that each arm needs. */
  readonly minimumSample: number;
}

/** An arm that has seen nothing. */
export const emptyTally = (): Tally => ({ calls: 0, errors: 0, logMs: 0, logMsSquared: 0 });

/** Counts one call. */
export function count(tally: Tally, isError: boolean, ms: number): void {
  const log = Math.log(Math.max(ms, shortestMs));
  tally.calls += 1;
  tally.errors += isError ? 1 : 0;
  tally.logMs += log;
  tally.logMsSquared += log * log;
}

/** Below this a clock says nothing. */
const shortestMs = 0.01;
/** Calls an arm for which the interval is made narrowest. */
const tunedFor = 10_000;

/**
 * Compares errors and latency by the normal mixture of Robbins as an asymptotic confidence sequence (Waudby-Smith
 * and others, 2021): valid at every look, so that looking after each call raises no more false alarms than looking once.
 */
export function compareArms(control: Tally, candidate: Tally, rule: ArmsRule): ArmsVerdict {
  const errors = errorExcess(control, candidate, rule);
  const latency = latencyExcess(control, candidate, rule);
  if (Math.min(control.calls, candidate.calls) < rule.minimumSample) return { verdict: 'too-few', errors, latency };
  return { verdict: errors.low > 0 || latency.low > 0 ? 'worse' : 'not-worse', errors, latency };
}

function errorExcess(control: Tally, candidate: Tally, rule: ArmsRule): Difference {
  const allowed = 1 + rule.threshold;
  const [base, other] = [errorRate(control), errorRate(candidate)];
  const variance =
    (other * (1 - other)) / Math.max(1, candidate.calls) +
    (allowed * allowed * base * (1 - base)) / Math.max(1, control.calls);
  return around(other - allowed * base, variance, control, candidate, rule);
}

/** Smoothed by half a call of each kind, so that no error seen is not taken for none possible. */
const errorRate = ({ calls, errors }: Tally): number => (errors + 0.5) / (calls + 1);

function latencyExcess(control: Tally, candidate: Tally, rule: ArmsRule): Difference {
  const excess = mean(candidate) - mean(control) - Math.log(1 + rule.threshold);
  const variance = spread(candidate) / Math.max(1, candidate.calls) + spread(control) / Math.max(1, control.calls);
  return around(excess, variance, control, candidate, rule);
}

const mean = ({ calls, logMs }: Tally): number => (calls === 0 ? 0 : logMs / calls);
const spread = (tally: Tally): number =>
  tally.calls < 2 ? 1 : Math.max(1e-6, tally.logMsSquared / tally.calls - mean(tally) ** 2);

function around(excess: number, variance: number, control: Tally, candidate: Tally, rule: ArmsRule): Difference {
  const half = Math.sqrt(variance) * width(control, candidate, rule.falseAlarms);
  return { excess, low: excess - half, high: excess + half };
}

/** In standard errors. One-sided, hence twice the share of false alarms. */
function width({ calls: some }: Tally, { calls: others }: Tally, falseAlarms: number): number {
  const seen = 2 / (1 / Math.max(1, some) + 1 / Math.max(1, others)) / tunedFor;
  return Math.sqrt((1 + 1 / seen) * (Math.log(1 + seen) - 2 * Math.log(2 * falseAlarms)));
}
