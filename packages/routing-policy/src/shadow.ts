import { createHash } from 'node:crypto';
import type { Errand } from './errand.js';
import type { InputOf, OperationName, OutputOf } from '@hybrid-supabase/core';
import type { House } from './house.js';
import { inputKey } from './input-key.js';
import { isRecord } from './expectation.js';
import { planOnly, type Plan } from './plan.js';

/** When a read is also run through another layer, after its answer is on its way. */
export interface ShadowRule {
  /** The layer to compare with. */
  readonly layer: string;
  /** The share of reads that are compared. @default 0.01 */
  readonly share?: number;
  /** Comparisons under way at most; a read beyond it is not compared. @default 4 */
  readonly maxInFlight?: number;
  /** Members of the answer, at any depth, that may differ. */
  readonly ignore?: readonly string[];
}

/** What comparing has found: `noise` is a difference that the first layer shows against itself as well. */
export type Likeness = 'same' | 'different' | 'noise' | 'not-compared';

/** What was compared of one operation. */
export interface ShadowCounts {
  readonly operation: OperationName;
  readonly same: number;
  readonly different: number;
  readonly noise: number;
  readonly notCompared: number;
}

/** Runs one operation through exactly one layer, unheard. */
export type RunAlone = <N extends OperationName>(
  plan: Plan<N>,
  input: InputOf<N>,
  errand: Errand,
) => Promise<{ readonly data: OutputOf<N> } | undefined>;

/** One read that was served. */
export interface ServedRead<N extends OperationName> {
  readonly plan: Plan<N>;
  readonly input: InputOf<N>;
  readonly errand: Errand;
  readonly layer: string;
  readonly data: OutputOf<N>;
}

const timeoutMs = 30_000;

/** Compares layers on reads that have been answered already; keeps counts and tells of digests, never of data. */
export class Shadows {
  readonly #house: () => House;
  readonly #runAlone: RunAlone;
  readonly #found = new Map<OperationName, Map<Likeness, number>>();
  #inFlight = 0;

  constructor(house: () => House, runAlone: RunAlone) {
    this.#house = house;
    this.#runAlone = runAlone;
  }

  get counts(): readonly ShadowCounts[] {
    return [...this.#found].map(([operation, found]) => ({
      operation,
      same: found.get('same') ?? 0,
      different: found.get('different') ?? 0,
      noise: found.get('noise') ?? 0,
      notCompared: found.get('not-compared') ?? 0,
    }));
  }

  /** Takes a sample; whatever comes of it, the caller has its answer. */
  consider<N extends OperationName>(read: ServedRead<N>, rule: ShadowRule): void {
    const { share = 0.01, maxInFlight = 4 } = rule;
    const house = this.#house();
    if (read.layer === rule.layer || this.#inFlight >= maxInFlight || house.random() >= share) return;
    this.#inFlight += 1;
    void this.#compare(house, read, rule).finally(() => (this.#inFlight -= 1));
  }

  async #compare<N extends OperationName>(house: House, read: ServedRead<N>, rule: ShadowRule): Promise<void> {
    const { name } = read.plan;
    const other = await this.#alone(house, read, rule.layer);
    const answers = other && { first: read.data, second: other.data };
    const likeness = answers === undefined ? 'not-compared' : await this.#likeness(house, read, rule, answers.second);
    const found = this.#found.get(name) ?? new Map<Likeness, number>();
    this.#found.set(name, found.set(likeness, (found.get(likeness) ?? 0) + 1));
    const { call } = read.errand;
    const digests = answers && [digestOf(answers.first, rule), digestOf(answers.second, rule)];
    house.report?.({
      ...{ type: 'shadow-compared', call, operation: name, layer: read.layer, against: rule.layer, likeness },
      ...(likeness === 'different' && digests && { digests }),
    });
    if (likeness === 'same') house.rollouts.agreed(rule.layer);
    if (likeness === 'different') house.rollouts.differs(rule.layer, name);
  }

  /** A difference counts only if the first layer, asked a second time, does not differ from itself. */
  async #likeness<N extends OperationName>(
    house: House,
    read: ServedRead<N>,
    rule: ShadowRule,
    second: OutputOf<N>,
  ): Promise<Likeness> {
    if (this.#isEqual(house, read.plan.name, rule, read.data, second)) return 'same';
    const again = await this.#alone(house, read, read.layer);
    if (again === undefined) return 'not-compared';
    return this.#isEqual(house, read.plan.name, rule, read.data, again.data) ? 'different' : 'noise';
  }

  #isEqual<N extends OperationName>(
    house: House,
    name: N,
    rule: ShadowRule,
    one: OutputOf<N>,
    other: OutputOf<N>,
  ): boolean {
    return house.isEqual(name, one, other) || textOf(one, rule) === textOf(other, rule);
  }

  #alone<N extends OperationName>(house: House, { plan, input, errand }: ServedRead<N>, layer: string) {
    const endsAtMs = house.deadlines.clock.nowMs() + timeoutMs;
    const own = { ...errand, endsAtMs, signal: undefined, idempotencyKey: undefined, isQuestion: true };
    return this.#runAlone(planOnly(plan, layer, 'Only one layer is compared.'), input, own);
  }
}

const textOf = (value: unknown, { ignore = [] }: ShadowRule): string | undefined =>
  inputKey(ignore.length === 0 ? value : without(value, new Set(ignore)));

const digestOf = (value: unknown, rule: ShadowRule): string =>
  createHash('sha256')
    .update(textOf(value, rule) ?? '')
    .digest('hex')
    .slice(0, 16);

function without(value: unknown, ignored: ReadonlySet<string>): unknown {
  if (Array.isArray(value)) return value.map((one) => without(one, ignored));
  if (!isRecord(value) || value instanceof Date || value instanceof Uint8Array) return value;
  const kept = Object.entries(value).filter(([member]) => !ignored.has(member));
  return Object.fromEntries(kept.map(([member, one]) => [member, without(one, ignored)]));
}
