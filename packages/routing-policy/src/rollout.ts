import { bucketOf } from './bucket-of.js';
import type { RoutingEvent } from './events.js';
import { compareArms, count, emptyTally, type ArmsVerdict, type Tally } from './sequential-test.js';

/** In the order they are gone through; `off` is also where a rollback ends. */
export const rolloutStages = ['off', 'shadow', 'canary', 'live', 'complete'] as const;

/** One of {@link rolloutStages}. */
export type RolloutStage = (typeof rolloutStages)[number];

/** A change of order that reaches more and more calls, and takes itself back. */
export interface RolloutRule {
  /** The new order of layers; the authority of the old one is not exceeded. */
  readonly order: readonly string[];
  /** Where it starts. `off`: nobody; `shadow`: reads are compared and not served; then the shares below; `complete`: everybody. @default 'canary' */
  readonly stage?: RolloutStage;
  /** @default 0.05 */
  readonly canaryShare?: number;
  /** @default 0.5 */
  readonly liveShare?: number;
  /** A stage lasts at least this long. @default 600000 */
  readonly dwellMs?: number;
  /** Calls that each arm needs before anything is concluded. @default 1000 */
  readonly minimumSample?: number;
  /** How much worse than the old order is allowed, in errors and in time. @default 0.1 */
  readonly threshold?: number;
  /** A flag that says for each cohort whether it gets the new order, in place of the shares; see `flags`. */
  readonly flag?: string;
}

/** Which order a call takes. */
export type Arm = 'control' | 'candidate';

/** One change of stage. */
export interface RolloutChange {
  readonly from: RolloutStage;
  readonly to: RolloutStage;
  readonly atMs: number;
  /** One sentence with the figures. */
  readonly why: string;
}

/** Where a rollout stands. */
export interface RolloutStatus {
  /** The policy's key that it is said under. */
  readonly key: string;
  readonly stage: RolloutStage;
  readonly control: Readonly<Tally>;
  readonly candidate: Readonly<Tally>;
  readonly comparison: ArmsVerdict;
  readonly history: readonly RolloutChange[];
}

const falseAlarms = 0.005;
const longestHistory = 100;

/** One rollout under way: who takes part, how both arms do, and what follows. */
export class Rollout {
  readonly #key: string;
  readonly #rule: Required<Omit<RolloutRule, 'flag'>>;
  readonly #report: ((event: RoutingEvent) => void) | undefined;
  readonly #history: RolloutChange[] = [];
  #stage: RolloutStage;
  #sinceMs: number;
  #control = emptyTally();
  #candidate = emptyTally();

  /** `before` is what the same key said until now: its history goes on, its counts do not. */
  constructor(
    key: string,
    rule: RolloutRule,
    nowMs: number,
    report: ((event: RoutingEvent) => void) | undefined,
    before?: Rollout,
  ) {
    this.#key = key;
    this.#rule = { ...defaults, ...rule };
    this.#sinceMs = nowMs;
    this.#report = report;
    this.#stage = before?.stage ?? this.#rule.stage;
    if (before) this.#history.push(...before.#history);
    if (this.#stage !== this.#rule.stage) this.#become(this.#rule.stage, 'The policy says so.', nowMs);
  }

  get stage(): RolloutStage {
    return this.#stage;
  }

  get status(): RolloutStatus {
    const [control, candidate] = [{ ...this.#control }, { ...this.#candidate }];
    const comparison = compareArms(control, candidate, { ...this.#rule, falseAlarms });
    return { key: this.#key, stage: this.#stage, control, candidate, comparison, history: [...this.#history] };
  }

  /** Goes on from where an earlier process has left it. */
  resume(stage: RolloutStage, nowMs: number): void {
    if (stage !== this.#stage) this.#become(stage, 'An earlier process had come this far.', nowMs);
  }

  /** The same cohort takes the same order as long as the shares only grow. */
  armOf(cohort: string): Arm {
    return bucketOf(`${this.#key} ${cohort}`) < this.#share() ? 'candidate' : 'control';
  }

  /** Whether reads are to be compared with the new order without being served by it. */
  get isShadowing(): boolean {
    return this.#stage === 'shadow';
  }

  /** Counts a call and goes on or back if that is what the figures say. */
  record(arm: Arm, isError: boolean, ms: number, nowMs: number): void {
    if (this.#stage === 'off' || this.#stage === 'complete') return;
    count(arm === 'control' ? this.#control : this.#candidate, isError, ms);
    this.#consider(nowMs);
  }

  /** A shadow gave the same answer; its stage counts them as the calls of the new order. */
  agreed(ms: number, nowMs: number): void {
    if (this.#stage === 'shadow') this.record('candidate', false, ms, nowMs);
  }

  /** A signal that needs no statistics: an answer that differs, a refused credential. */
  trip(why: string, nowMs: number): void {
    if (this.#stage !== 'off' && this.#stage !== 'complete') this.#become('off', why, nowMs);
  }

  #consider(nowMs: number): void {
    const { minimumSample, dwellMs } = this.#rule;
    // In the shadow stage nothing is served by the new order, so that latencies say nothing yet.
    const verdict = this.#stage === 'shadow' ? this.#shadowVerdict() : this.#armsVerdict();
    if (verdict === 'worse') return this.#become('off', this.#figures(), nowMs);
    if (verdict === 'not-worse' && nowMs >= this.#sinceMs + dwellMs) {
      const next = rolloutStages[rolloutStages.indexOf(this.#stage) + 1];
      if (next) this.#become(next, `Not worse after ${minimumSample} calls an arm. ${this.#figures()}`, nowMs);
    }
  }

  #armsVerdict(): ArmsVerdict['verdict'] {
    return compareArms(this.#control, this.#candidate, { ...this.#rule, falseAlarms }).verdict;
  }

  #shadowVerdict(): ArmsVerdict['verdict'] {
    return this.#candidate.calls < this.#rule.minimumSample ? 'too-few' : 'not-worse';
  }

  #figures(): string {
    const share = ({ errors, calls }: Tally) => `${errors} of ${calls} calls failed`;
    return `New order: ${share(this.#candidate)}; old order: ${share(this.#control)}.`;
  }

  #become(to: RolloutStage, why: string, nowMs: number): void {
    const from = this.#stage;
    this.#history.push({ from, to, atMs: nowMs, why });
    if (this.#history.length > longestHistory) this.#history.shift();
    this.#stage = to;
    this.#sinceMs = nowMs;
    this.#control = emptyTally();
    this.#candidate = emptyTally();
    this.#report?.({ type: 'rollout-changed', key: this.#key, from, to, why });
  }

  #share(): number {
    const { canaryShare, liveShare } = this.#rule;
    return { off: 0, shadow: 0, canary: canaryShare, live: liveShare, complete: 1 }[this.#stage];
  }
}

const defaults: Required<Omit<RolloutRule, 'flag' | 'order'>> = {
  stage: 'canary',
  canaryShare: 0.05,
  liveShare: 0.5,
  dwellMs: 600_000,
  minimumSample: 1_000,
  threshold: 0.1,
};
