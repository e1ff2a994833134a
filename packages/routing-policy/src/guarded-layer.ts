import type { Fate, Layer, LayerError } from '@hybrid-supabase/core';
import { Attempt, type AttemptFacts } from './attempt.js';
import { Breaker, type BreakerRule } from './breaker.js';
import type { Deadlines } from './deadlines.js';
import type { Report } from './events.js';
import { healthOf } from './health-of.js';
import type { LayerHealth } from './hybrid.js';
import { tableOf, type MethodTable } from './walk.js';

/** What a layer's guard works with. */
export interface GuardOptions {
  readonly deadlines: Deadlines;
  readonly breaker: BreakerRule;
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
  readonly #options: GuardOptions;
  readonly #breaker: Breaker;

  constructor(layer: Layer, options: GuardOptions) {
    const { breaker, random, report } = options;
    this.layer = layer;
    this.methods = tableOf(layer);
    this.#options = options;
    this.#breaker = new Breaker(breaker, random, (from, to) =>
      report?.({ type: 'breaker-changed', layer: layer.name, from, to }),
    );
  }

  get health(): LayerHealth {
    return { layer: this.layer.name, breaker: this.#breaker.state, ...this.#breaker.counts };
  }

  /** Whether the breaker is closed, asked without starting a probe. */
  get isClosedNow(): boolean {
    return this.#breaker.state === 'closed';
  }

  /** From now on its breaker goes by another rule; what it has counted stays. */
  adopt(rule: BreakerRule): void {
    this.#breaker.adopt(rule);
  }

  /** Whether the breaker lets calls through. When its pause is over, the question starts the probing, and does not wait for it. */
  isOpenTo(nowMs: number): boolean {
    if (this.#breaker.state === 'closed') return true;
    if (this.#breaker.takeProbe(nowMs)) void this.#probe();
    return false;
  }

  served(startedMs: number, nowMs: number): void {
    this.#breaker.record(true, startedMs, nowMs);
  }

  failed(error: LayerError, startedMs: number, nowMs: number): void {
    const health = healthOf(error, this.#options.commonGround);
    if (health !== 'neither') this.#breaker.record(health === 'healthy', startedMs, nowMs);
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
