import { compareArms, emptyTally, type ArmsRule, type Tally } from './sequential-test.js';

/** Two made-up arms that are looked at again and again. */
export interface Simulation {
  readonly runs: number;
  readonly callsPerArm: number;
  /** Share of calls that fail, 0 to 1. */
  readonly controlErrors: number;
  readonly candidateErrors: number;
  /** How much longer the candidate takes: 0 for the same, 0.2 for a fifth more. @default 0 */
  readonly slowdown?: number;
  /** Calls an arm between two looks. @default 250 */
  readonly lookEvery?: number;
  readonly seed: number;
  readonly rule: ArmsRule;
}

/** How many of the runs were rolled back, and after how many calls an arm half of those were. */
export interface SimulationResult {
  readonly rolledBack: number;
  readonly share: number;
  readonly medianCalls: number | undefined;
}

/** Spread of the logarithm of latencies: one call in twenty takes more than five times the middle one. */
const logSpread = 1;

/** What a rollout rule would do: false alarms with equal arms, power with unequal ones. The same seed gives the same figures. */
export function simulateRollouts(simulation: Simulation): SimulationResult {
  const random = seeded(simulation.seed);
  const stops: number[] = [];
  for (let run = 0; run < simulation.runs; run += 1) {
    const stop = callsUntilRollback(simulation, random);
    if (stop !== undefined) stops.push(stop);
  }
  stops.sort((one, other) => one - other);
  return { rolledBack: stops.length, share: stops.length / simulation.runs, medianCalls: stops[stops.length >> 1] };
}

function callsUntilRollback(simulation: Simulation, random: () => number): number | undefined {
  const { callsPerArm, controlErrors, candidateErrors, slowdown = 0, lookEvery = 250, rule } = simulation;
  const [control, candidate] = [emptyTally(), emptyTally()];
  for (let calls = lookEvery; calls <= callsPerArm; calls += lookEvery) {
    add(control, lookEvery, controlErrors, 0, random);
    add(candidate, lookEvery, candidateErrors, Math.log(1 + slowdown), random);
    if (compareArms(control, candidate, rule).verdict === 'worse') return calls;
  }
  return undefined;
}

/** Errors call by call; latencies as the sums that so many log-normal ones have. */
function add(tally: Tally, calls: number, errors: number, logShift: number, random: () => number): void {
  for (let call = 0; call < calls; call += 1) if (random() < errors) tally.errors += 1;
  tally.calls += calls;
  tally.logMs += calls * logShift + Math.sqrt(calls) * logSpread * normal(random);
  tally.logMsSquared += calls * (logSpread ** 2 + logShift ** 2);
}

const normal = (random: () => number): number =>
  Math.sqrt(-2 * Math.log(1 - random())) * Math.cos(2 * Math.PI * random());

/** xorshift32. */
function seeded(seed: number): () => number {
  let state = seed | 0 || 1;
  return () => {
    state ^= state << 13;
    state ^= state >>> 17;
    state ^= state << 5;
    return (state >>> 0) / 2 ** 32;
  };
}
