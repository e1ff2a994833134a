import { createFakeLayer, type FakeAnswers, type FakeLayer } from '@hybrid-supabase/contract-tests';
import type { Call, HybridError, OperationSemantics, Served, SqlResult, Statement, Trail } from '@hybrid-supabase/core';
import { ok, type Result } from 'neverthrow';
import { createHybrid, type Hybrid, type RoutingEvent, type RoutingPolicy, type SavedState } from '../src/index.js';
import { createManualClock, type ManualClock } from './manual-clock.js';

/** The layers of the model: two doors to one database. */
export const layerNames = ['mcp', 'supabase'] as const;
export type LayerName = (typeof layerNames)[number];

/** The tables of the model. */
export const tables = ['a', 'b'] as const;
export type Table = (typeof tables)[number];

const tableOf = ({ text }: Statement): Table => (text.endsWith(' a') ? 'a' : 'b');
const markerOf = ({ values }: Statement): string => String(values[0]);

/** One database with a ledger. An attempt takes effect late when the database is slow, and never once it is fenced. */
class Database {
  /** How often each write took effect, by its marker. */
  readonly effects = new Map<string, number>();
  readonly #versions = { a: 0, b: 0 };
  readonly #fenced = new Set<string>();

  read(table: Table, lies: boolean): SqlResult {
    const version = this.#versions[table] + (lies ? 0.5 : 0);
    return { columns: [], rows: [{ version }], rowCount: 1 };
  }

  write(statement: Statement, { attemptId }: Call): Result<SqlResult, never> {
    if (this.#fenced.has(attemptId)) return ok({ columns: [], rows: [], rowCount: 0 });
    const marker = markerOf(statement);
    this.effects.set(marker, (this.effects.get(marker) ?? 0) + 1);
    const version = (this.#versions[tableOf(statement)] += 1);
    return ok({ columns: [], rows: [{ version }], rowCount: 1 });
  }

  settle(key: string, attemptIds: readonly string[]) {
    if (this.effects.has(key)) return { state: 'happened' as const, results: [{ columns: [], rows: [], rowCount: 1 }] };
    for (const id of attemptIds) this.#fenced.add(id);
    return { state: 'fenced' as const };
  }
}

const semantics: OperationSemantics = {
  tags: {
    'sql.read': (statement) => [`table:${tableOf(statement)}`],
    'sql.write': (statement) => [`table:${tableOf(statement)}`],
    'sql.settle': () => [],
  },
  questions: {
    'sql.write': async (_input, { ask, attemptIds, idempotencyKey: key }) => {
      if (key === undefined) return { verdict: 'cannot-tell', why: 'It had no key.' };
      const found = await ask('sql.settle', { key, digest: 'd', attemptIds });
      if (found.isErr()) return { verdict: 'cannot-tell', why: 'The ledger could not be reached.' };
      const { data } = found.value;
      return data.state === 'happened'
        ? { verdict: 'happened', value: data.results[0]! }
        : { verdict: 'cannot-happen', why: 'It is fenced.' };
    },
  },
};

/** How a write ended for its caller, to be held against what the database says in the end. */
export interface Claim {
  readonly marker: string;
  readonly took: 'effect' | 'no effect' | 'who knows';
}

/** A door with everything behind it, restarted at will; the database and the clock outlive it. */
export class World {
  readonly clock: ManualClock = createManualClock();
  readonly database = new Database();
  readonly trails: string[] = [];
  readonly claims: Claim[] = [];
  /** How often each thing was seen, so that a walk which never met it can be told. */
  readonly seen: Record<string, number> = {};
  /** The least version of each table that a read must show, because its writer was told so. */
  readonly told: Record<Table, number> = { a: 0, b: 0 };
  readonly isolations: { release(): void }[] = [];
  readonly delaysMs: Record<LayerName, number> = { mcp: 0, supabase: 0 };
  liar: LayerName | undefined;
  layers!: Record<LayerName, FakeLayer>;
  hybrid!: Hybrid;
  #ids = 0;
  #markers = 0;
  #random = 1;

  constructor() {
    this.open({});
  }

  count(what: string): void {
    this.seen[what] = (this.seen[what] ?? 0) + 1;
  }

  /** What tells one write from all others. */
  nextMarker(): string {
    return `write-${(this.#markers += 1)}`;
  }

  /** The next number of a sequence that is the same in every walk. */
  random(): number {
    return (this.#random = (this.#random * 16_807) % 2_147_483_647) / 2_147_483_647;
  }

  /** Ends the process and starts it anew, with its policy and what the old one has saved; calls under way are cut off. */
  async restart(policy: RoutingPolicy): Promise<void> {
    const saved = this.hybrid.save();
    await this.hybrid.close();
    this.isolations.length = 0;
    this.open(policy, saved);
  }

  private open(policy: RoutingPolicy, state?: SavedState): void {
    this.layers = { mcp: this.#layer('mcp', 'mcp-edge'), supabase: this.#layer('supabase', 'rest-api') };
    this.hybrid = createHybrid({
      ...{ layers: Object.values(this.layers), clock: this.clock, policy, semantics },
      newId: () => `attempt-${(this.#ids += 1)}`,
      random: () => this.random(),
      report: (event) => this.#hear(event),
      ...(state && { state }),
    });
  }

  #layer(name: LayerName, edge: 'mcp-edge' | 'rest-api'): FakeLayer {
    const answers: FakeAnswers = {
      'sql.read': (statement) =>
        this.#later(name, () => ok(this.database.read(tableOf(statement), this.liar === name))),
      'sql.write': (statement, call) => this.#later(name, () => this.database.write(statement, call)),
      'sql.settle': ({ key, attemptIds }) => this.database.settle(key, attemptIds),
    };
    return createFakeLayer({ name, answers, sharedFate: [edge, 'postgres'] });
  }

  /** Does its work when the layer's delay is over, whoever still waits for it. */
  #later(name: LayerName, work: () => Result<SqlResult, never>): Promise<Result<SqlResult, never>> {
    const delayMs = this.delaysMs[name];
    if (delayMs === 0) return Promise.resolve(work());
    return new Promise((resolve) => void this.clock.setTimer(() => resolve(work()), delayMs));
  }

  #hear(event: RoutingEvent): void {
    if (event.type === 'call-ended' && event.cached) this.count('answered from the cache');
    if (event.type === 'shadow-compared') this.count(`shadow ${event.likeness}`);
    if (event.type === 'rollout-changed') this.count(`rollout to ${event.to}`);
    if (event.type === 'breaker-changed') this.count(`breaker ${event.to}`);
    if (event.type === 'layer-skipped') this.count(`skipped: ${event.reason}`);
  }
}

/** What a call came to, whichever side it is on. */
export interface Ended {
  readonly outcome: Result<Served<SqlResult>, HybridError>;
  readonly trail: Trail;
  readonly tookMs: number;
}

/** Notes the trail of a call that has ended. */
export function noted(world: World, outcome: Ended['outcome'], startedMs: number, endedMs: number): Ended {
  const { trail } = outcome.isOk() ? outcome.value : outcome.error;
  world.trails.push(JSON.stringify(trail));
  world.count(outcome.isOk() ? 'served' : outcome.error.kind);
  for (const { did, why } of trail) {
    if (did === 'reconciled') world.count('reconciled');
    if (why === 'Another attempt answered first.') world.count('hedged');
  }
  return { outcome, trail, tookMs: endedMs - startedMs };
}
