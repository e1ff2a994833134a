import { errorKinds, type HybridError, type OperationName, type Served } from '@hybrid-supabase/core';
import type { Result } from 'neverthrow';
import type { Clock } from './clock.js';
import type { RoutingEvent } from './events.js';
import type { Flags } from './flags.js';
import type { Plan } from './plan.js';
import { Rollout, type Arm, type RolloutStatus } from './rollout.js';
import type { NamedRollout } from './rule.js';
import type { ShadowRule } from './shadow.js';

/** Where a call goes under a rollout. */
export interface Assignment<N extends OperationName> {
  readonly rollout: Rollout;
  readonly arm: Arm;
  readonly plan: Plan<N>;
}

/** What the rollouts of a door work with. */
export interface RolloutsOptions {
  readonly clock: Clock;
  readonly random: () => number;
  readonly report: ((event: RoutingEvent) => void) | undefined;
  readonly flags: Flags | undefined;
}

/** All rollouts of a door. One whose rule is unchanged lives on when the policy is swapped. */
export class Rollouts {
  readonly #options: RolloutsOptions;
  readonly #known = new Map<
    string,
    { readonly said: string; readonly rollout: Rollout; readonly first: string | undefined }
  >();

  constructor(options: RolloutsOptions) {
    this.#options = options;
  }

  get status(): readonly RolloutStatus[] {
    return [...this.#known.values()].map(({ rollout }) => rollout.status);
  }

  /** Forgets what the policy no longer speaks of. */
  keepOnly(keys: ReadonlySet<string>): void {
    for (const key of this.#known.keys()) if (!keys.has(key)) this.#known.delete(key);
  }

  of(rule: NamedRollout): Rollout {
    const said = JSON.stringify(rule);
    const known = this.#known.get(rule.key);
    if (known?.said === said) return known.rollout;
    const { clock, report } = this.#options;
    const rollout = new Rollout(rule.key, rule, clock.nowMs(), report);
    this.#known.set(rule.key, { said, rollout, first: rule.order[0] });
    return rollout;
  }

  /** Takes a side for a call: the flag's, or that of its cohort's place. Never rejects. */
  async assign<N extends OperationName>(
    plan: Plan<N>,
    candidate: Plan<N>,
    rule: NamedRollout,
    cohort: string | undefined,
  ): Promise<Assignment<N>> {
    const rollout = this.of(rule);
    const arm = await this.#armOf(rollout, rule, cohort ?? String(this.#options.random()));
    return { rollout, arm, plan: arm === 'candidate' ? candidate : plan };
  }

  /** A layer gave another answer than the order in force: whatever leads to it goes back. */
  differs(layer: string, operation: OperationName): void {
    const nowMs = this.#options.clock.nowMs();
    for (const { rollout, first } of this.#known.values())
      if (first === layer) rollout.trip(`${layer} answers ${operation} differently.`, nowMs);
  }

  /** What a shadow stage compares, if the call is under one. */
  shadowOf({ rollout: rule }: { readonly rollout: NamedRollout | undefined }): ShadowRule | undefined {
    if (rule === undefined || !this.of(rule).isShadowing) return undefined;
    const layer = rule.order[0];
    return layer === undefined ? undefined : { layer, share: rule.canaryShare ?? 0.05 };
  }

  /** A shadow found the same, which is what its stage waits for. */
  agreed(layer: string): void {
    const nowMs = this.#options.clock.nowMs();
    for (const { rollout, first } of this.#known.values()) if (first === layer) rollout.agreed(0, nowMs);
  }

  /** Counts how a call ended on its side. */
  ended<T>(
    { rollout, arm }: Pick<Assignment<OperationName>, 'rollout' | 'arm'>,
    outcome: Result<Served<T>, HybridError>,
    startedMs: number,
  ): void {
    const nowMs = this.#options.clock.nowMs();
    const { trail } = outcome.isOk() ? outcome.value : outcome.error;
    const refused = trail.some(({ did, kind }) => did === 'failed' && kind === 'unauthorized');
    if (refused && arm === 'candidate') return rollout.trip('The new order was refused its credentials.', nowMs);
    // What a fallback has mended still speaks against the order that needed it.
    const isError =
      trail.some(({ did, kind }) => did === 'failed' && kind !== undefined && isFault(kind)) ||
      (outcome.isErr() && (outcome.error.kind === 'no-layer' || outcome.error.kind === 'ambiguous'));
    rollout.record(arm, isError, nowMs - startedMs, nowMs);
  }

  async #armOf(rollout: Rollout, { flag }: NamedRollout, cohort: string): Promise<Arm> {
    const { flags } = this.#options;
    if (flag === undefined || flags === undefined || rollout.stage === 'off') return rollout.armOf(cohort);
    try {
      return (await flags.isOn(flag, cohort)) ? 'candidate' : 'control';
    } catch {
      // A flag service that is down must not move anybody.
      return 'control';
    }
  }
}

const isFault = (kind: keyof typeof errorKinds): boolean =>
  errorKinds[kind] === 'shut-door' || errorKinds[kind] === 'lost-reply' || kind === 'unexpected';
