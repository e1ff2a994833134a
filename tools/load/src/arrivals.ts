/** When calls arrive, in milliseconds from the start, without regard to whether earlier ones have been answered. */
export interface Ramp {
  readonly steps: number;
  readonly stepMs: number;
  /** Calls a second in the first step and in the last; those between lie on a straight line. */
  readonly fromRate: number;
  readonly toRate: number;
}

/** Independent arrivals (a Poisson process) at the rate of each step. The same randomness gives the same arrivals. */
export function* arrivals(ramp: Ramp, random: () => number): Generator<number> {
  let atMs = 0;
  for (;;) {
    const step = Math.floor(atMs / ramp.stepMs);
    if (step >= ramp.steps) return;
    atMs += (-Math.log(1 - random()) * 1_000) / rateOf(ramp, step);
    if (atMs < ramp.steps * ramp.stepMs) yield atMs;
  }
}

/** Calls a second in a step. */
export const rateOf = ({ steps, fromRate, toRate }: Ramp, step: number): number =>
  steps === 1 ? fromRate : fromRate + ((toRate - fromRate) * step) / (steps - 1);
