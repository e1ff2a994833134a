import { errorKinds, type HybridError, type OperationName, type Served, type Trail } from '@hybrid-supabase/core';
import { err, ok, type Result } from 'neverthrow';
import type { Clock } from './clock.js';
import type { RoutingEvent } from './events.js';
import { askFlag, type FlagDecision, type Flags } from './flags.js';
import type { Plan } from './plan.js';
import { Rollout, type Arm, type RolloutStatus } from './rollout.js';
import type { NamedRollout } from './rule.js';
import type { SavedState } from './saved-state.js';
import type { ShadowRule } from './shadow.js';

/** Where a call goes under a rollout. */
export interface Assignment<N extends OperationName> {
  readonly rollout: Rollout;
  readonly arm: Arm;
  readonly plan: Plan<N>;
  /** For the trail: which side, of what, and what has decided. */
  readonly note: string;
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

  /** Goes by what the policy says now; forgets what it no longer speaks of. */
  adopt(rules: readonly NamedRollout[]): void {
    const keys = new Set(rules.map(({ key }) => key));
    for (const key of this.#known.keys()) if (!keys.has(key)) this.#known.delete(key);
    for (const rule of rules) this.of(rule);
  }

  save(): NonNullable<SavedState['rollouts']> {
    const entries = [...this.#known].map(([key, { said: rule, rollout }]) => [key, { rule, stage: rollout.stage }]);
    return Object.fromEntries(entries);
  }

  /** Takes up what an earlier process has saved of the rules that are the same. */
  restore(saved: SavedState['rollouts'] = {}): void {
    for (const [key, { said, rollout }] of this.#known) {
      const before = saved[key];
      if (before?.rule === said) rollout.resume(before.stage, this.#options.clock.nowMs());
    }
  }

  of(rule: NamedRollout): Rollout {
    const said = JSON.stringify(rule);
    const known = this.#known.get(rule.key);
    if (known?.said === said) return known.rollout;
    const { clock, report } = this.#options;
    const rollout = new Rollout(rule.key, rule, clock.nowMs(), report, known?.rollout);
    this.#known.set(rule.key, { said, rollout, first: rule.order[0] });
    return rollout;
  }

  /** Takes a side for a call: the flag's, or that of its cohort's place. Never rejects. */
  async assign<N extends OperationName>(
    call: number,
    plan: Plan<N>,
    candidate: Plan<N>,
    rule: NamedRollout,
    cohort = String(this.#options.random()),
  ): Promise<Assignment<N>> {
    const rollout = this.of(rule);
    const { key, flag } = rule;
    const decision = await this.#asked(rollout, flag, cohort);
    const arm = armOf(rollout, decision, cohort);
    const { report } = this.#options;
    const { variant, reason } = decision ?? {};
    const byFlag = decision && {
      ...(flag !== undefined && { flag }),
      ...(variant !== undefined && { variant }),
      ...(reason !== undefined && { reason }),
    };
    report?.({ type: 'rollout-assigned', call, operation: plan.name, key, stage: rollout.stage, arm, ...byFlag });
    const by = decision ? `, by the flag ${[flag, variant, reason].filter(Boolean).join(' ')}` : '';
    const note = `rollout ${key}: ${arm}, stage ${rollout.stage}${by}`;
    return { rollout, arm, plan: arm === 'candidate' ? candidate : plan, note };
  }

  /** A layer was taken out of use by hand: whatever leads to it goes back. */
  isolated(layer: string): void {
    this.#trip(layer, `${layer} was taken out of use by hand.`);
  }

  /** A layer gave another answer than the order in force: whatever leads to it goes back. */
  differs(layer: string, operation: OperationName): void {
    this.#trip(layer, `${layer} answers ${operation} differently.`);
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

  /** Counts how a call ended on its side, and says in its trail which one it was. */
  ended<T>(
    { rollout, arm, note }: Omit<Assignment<OperationName>, 'plan'>,
    outcome: Result<Served<T>, HybridError>,
    startedMs: number,
  ): Result<Served<T>, HybridError> {
    const nowMs = this.#options.clock.nowMs();
    const { trail } = outcome.isOk() ? outcome.value : outcome.error;
    const refused = trail.some(({ did, kind }) => did === 'failed' && kind === 'unauthorized');
    if (refused && arm === 'candidate') rollout.trip('The new order was refused its credentials.', nowMs);
    else rollout.record(arm, isError(outcome, trail), nowMs - startedMs, nowMs);
    return outcome.isOk()
      ? ok({ ...outcome.value, trail: noted(trail, note) })
      : err(Object.freeze({ ...outcome.error, trail: noted(trail, note) }));
  }

  async #asked(rollout: Rollout, flag: string | undefined, cohort: string): Promise<FlagDecision | undefined> {
    const { flags } = this.#options;
    return flag === undefined || flags === undefined || rollout.stage === 'off'
      ? undefined
      : askFlag(flags, flag, cohort);
  }

  #trip(layer: string, why: string): void {
    const nowMs = this.#options.clock.nowMs();
    for (const { rollout, first } of this.#known.values()) if (first === layer) rollout.trip(why, nowMs);
  }
}

const armOf = (rollout: Rollout, decision: FlagDecision | undefined, cohort: string): Arm => {
  if (decision === undefined) return rollout.armOf(cohort);
  return decision.isOn ? 'candidate' : 'control';
};

/** On the entry that has decided the call; the others may be shared with other calls. */
function noted(trail: Trail, note: string): Trail {
  const tried = trail.findLastIndex(({ did }) => did !== 'skipped');
  const at = tried === -1 ? trail.length - 1 : tried;
  return trail.map((entry, index) => (index === at ? { ...entry, notes: [...(entry.notes ?? []), note] } : entry));
}

/** What a fallback has mended still speaks against the order that needed it. */
const isError = (outcome: Result<unknown, HybridError>, trail: Trail): boolean =>
  trail.some(({ did, kind }) => did === 'failed' && kind !== undefined && isFault(kind)) ||
  (outcome.isErr() && (outcome.error.kind === 'no-layer' || outcome.error.kind === 'ambiguous'));

const isFault = (kind: keyof typeof errorKinds): boolean =>
  errorKinds[kind] === 'shut-door' || errorKinds[kind] === 'lost-reply' || kind === 'unexpected';
