import type { Fate, Layer, LayerError, OperationName } from '@hybrid-supabase/core';
import { Attempt, type AttemptFacts } from './attempt.js';
import { Bulkhead } from './bulkhead.js';
import { LatencyQuantile } from './latency-quantile.js';
import type { DoorRule } from './rule.js';
import type { SavedBreaker } from './saved-state.js';
import { Breaker } from './breaker.js';
import type { Deadlines } from './deadlines.js';
import type { Report } from './events.js';
import { healthOf } from './health-of.js';
import type { LayerHealth } from './hybrid.js';
import { tableOf, type MethodTable } from './walk.js';

/** What a layer's guard works with. */
export interface GuardOptions {
  readonly deadlines: Deadlines;
  readonly rule: DoorRule;
  /** What all layers stand on. */
  readonly commonGround: ReadonlySet<Fate>;
  readonly random: () => number;
  readonly newId: () => string;
  readonly report: Report | undefined;
}

/** A probe is the cheapest read there is; one that takes longer is no sign of health. */
const probeTimeoutMs = 5_000;

/** A layer with its methods by name and its breaker. */
export class GuardedLayer {
  readonly layer: Layer;
  readonly methods: MethodTable;
  readonly bulkhead: Bulkhead;
  readonly #options: GuardOptions;
  readonly #breaker: Breaker;
  readonly #latencies = new Map<OperationName, LatencyQuantile>();
  #isolations = 0;

  constructor(layer: Layer, options: GuardOptions) {
    const { rule, random, report, deadlines } = options;
    this.layer = layer;
    this.methods = tableOf(layer);
    this.#options = options;
    this.bulkhead = new Bulkhead(rule.bulkheadOf(layer.name), deadlines);
    this.#breaker = new Breaker(rule.breaker, random, (from, to) =>
      report?.({ type: 'breaker-changed', layer: layer.name, from, to }),
    );
  }

  get health(): LayerHealth {
    const { inFlight, queued, places } = this.bulkhead;
    const { state: breaker, counts } = this.#breaker;
    return { layer: this.layer.name, breaker, ...counts, isIsolated: this.isIsolated, inFlight, queued, places };
  }

  /** Whether the breaker is closed, asked without starting a probe. */
  get isClosedNow(): boolean {
    return this.#breaker.state === 'closed';
  }

  /** From now on it goes by another rule; what it has counted stays. */
  adopt(rule: DoorRule): void {
    this.#breaker.adopt(rule.breaker);
    this.bulkhead.adopt(rule.bulkheadOf(this.layer.name));
  }

  /** Whether somebody has taken it out of use. */
  get isIsolated(): boolean {
    return this.#isolations > 0;
  }

  /** Takes it out of use until everybody who did so has called what this returns. */
  isolate(): () => void {
    this.#isolations += 1;
    let isReleased = false;
    return () => {
      if (!isReleased) this.#isolations -= 1;
      isReleased = true;
    };
  }

  /** How long an operation takes on this layer, counted only where something is hedged. */
  latencyOf(name: OperationName): LatencyQuantile {
    const known = this.#latencies.get(name);
    if (known) return known;
    const fresh = new LatencyQuantile();
    this.#latencies.set(name, fresh);
    return fresh;
  }

  save(nowMs: number): SavedBreaker {
    return this.#breaker.save(nowMs);
  }

  restore(saved: SavedBreaker, nowMs: number): void {
    this.#breaker.restore(saved, nowMs);
  }

  /** Whether the breaker lets calls through. When its pause is over, the question starts the probing, and does not wait for it. */
  isOpenTo(nowMs: number): boolean {
    if (this.#breaker.state === 'closed') return true;
    if (this.#breaker.takeProbe(nowMs)) void this.#probe();
    return false;
  }

  served(startedMs: number, nowMs: number, deadlineMs: number, mayBeSlow: boolean): void {
    this.#breaker.record(true, startedMs, nowMs, mayBeSlow);
    // What streams may take as long as it moves: its deadline moves along.
    this.bulkhead.wasInTime(startedMs, nowMs, mayBeSlow ? deadlineMs : Number.POSITIVE_INFINITY);
  }

  failed(error: LayerError, startedMs: number, nowMs: number, mayBeSlow: boolean): void {
    const health = healthOf(error, this.#options.commonGround);
    // What streams is not bounded by how long it takes.
    if (error.kind === 'timed-out' && mayBeSlow) this.bulkhead.wasLate(startedMs, nowMs);
    if (health !== 'neither') this.#breaker.record(health === 'healthy', startedMs, nowMs, mayBeSlow);
  }

  /** Probes until the breaker has decided. Never rejects: an attempt does not. */
  async #probe(): Promise<void> {
    const { deadlines, newId } = this.#options;
    for (let number = 1, wanted = true; wanted; number += 1) {
      const endsAtMs = deadlines.clock.nowMs() + probeTimeoutMs;
      const attempt = new Attempt<void>({ ...bare, deadlines, newId, endsAtMs }, this.layer.name, number, endsAtMs);
      const outcome = await attempt.run((_input, call) => this.layer.probe(call), undefined);
      // Anything but health keeps it shut, a refused key included: traffic would be refused as well.
      const wentWell = outcome.isOk() || healthOf(outcome.error, this.#options.commonGround) === 'healthy';
      wanted = this.#breaker.probed(wentWell, deadlines.clock.nowMs());
    }
  }
}

const bare: Pick<AttemptFacts, 'callerSignal' | 'idempotencyKey' | 'traceparent' | 'idleTimeoutMs'> = {
  callerSignal: undefined,
  idempotencyKey: undefined,
  traceparent: undefined,
  idleTimeoutMs: undefined,
};
