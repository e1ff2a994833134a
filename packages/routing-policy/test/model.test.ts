import { createFakeLayer, type BackendFault, type FakeLayer } from '@hybrid-supabase/contract-tests';
import type { Call, OperationSemantics, SqlResult } from '@hybrid-supabase/core';
import fc from 'fast-check';
import { createHybrid, type RoutingPolicy } from '../src/index.js';
import { createManualClock, type ManualClock } from './manual-clock.js';

const result: SqlResult = { columns: [], rows: [], rowCount: 1 };
const statement = { text: 'update t set n = n + 1', values: [] };
const names = ['mcp', 'supabase'] as const;
type Name = (typeof names)[number];

/** A shared database with a ledger: a fenced attempt can never take effect, and effects are counted. */
class Database {
  readonly effects = new Map<string, number>();
  readonly #fenced = new Set<string>();

  write({ attemptId, idempotencyKey = '' }: Call): SqlResult {
    if (!this.#fenced.has(attemptId)) this.effects.set(idempotencyKey, (this.effects.get(idempotencyKey) ?? 0) + 1);
    return result;
  }

  settle(key: string, attemptIds: readonly string[]) {
    if (this.effects.has(key)) return { state: 'happened' as const, results: [result] };
    for (const id of attemptIds) this.#fenced.add(id);
    return { state: 'fenced' as const };
  }
}

const semantics: OperationSemantics = {
  questions: {
    'sql.write': async (_input, { ask, attemptIds, idempotencyKey = '' }) => {
      const found = await ask('sql.settle', { key: idempotencyKey, digest: 'd', attemptIds });
      if (found.isErr()) return { verdict: 'cannot-tell', why: 'The ledger could not be reached.' };
      const { data } = found.value;
      return data.state === 'happened'
        ? { verdict: 'happened', value: data.results[0]! }
        : { verdict: 'cannot-happen', why: 'It is fenced.' };
    },
  },
};

const policies: readonly RoutingPolicy[] = [
  {},
  { '*': { order: ['supabase'], maxAttempts: 1 } },
  { '*': { breaker: { minimumCalls: 2, pauseMs: 500 }, budget: { ratio: 0, floor: 0 } } },
  {
    '*': { timeoutMs: 300, settleTimeoutMs: 200, reads: { hedge: { minimumSamples: 1 } } },
    'sql.*': { disabledLayers: ['mcp'] },
  },
  {
    '*': { bulkheads: { '*': { maxInFlight: 1, maxQueued: 1 } } },
    'sql.*': { rollout: { order: ['supabase'], minimumSample: 3, dwellMs: 100 } },
  },
];

class World {
  readonly clock: ManualClock = createManualClock();
  readonly database = new Database();
  readonly layers: Record<Name, FakeLayer>;
  readonly hybrid;
  readonly trails: string[] = [];
  readonly isolations: { release(): void }[] = [];
  keys = 0;
  #ids = 0;
  #random = 1;

  constructor() {
    const answers = {
      'sql.read': () => result,
      'sql.write': (_input: unknown, call: Call) => this.database.write(call),
      'sql.settle': ({ key, attemptIds }: { key: string; attemptIds: readonly string[] }) =>
        this.database.settle(key, attemptIds),
    };
    const layer = (name: Name) =>
      createFakeLayer({ name, answers, sharedFate: [name === 'mcp' ? 'mcp-edge' : 'rest-api', 'postgres'] });
    this.layers = { mcp: layer('mcp'), supabase: layer('supabase') };
    this.hybrid = createHybrid({
      layers: Object.values(this.layers),
      clock: this.clock,
      semantics,
      newId: () => `attempt-${(this.#ids += 1)}`,
      random: () => (this.#random = (this.#random * 16_807) % 2_147_483_647) / 2_147_483_647,
    });
  }
}

interface Model {
  readonly isolated: Set<string>;
}
type Step = fc.AsyncCommand<Model, World>;
const step = (text: string, run: (model: Model, world: World) => Promise<void>): Step => ({
  check: () => true,
  run,
  toString: () => text,
});

/** Longer than every deadline with its settlement, so that no call is left open. */
const longestMs = 40_000;

const write = step('write', async (_model, world) => {
  const idempotencyKey = `key-${(world.keys += 1)}`;
  const pending = world.hybrid.sql.write(statement, { idempotencyKey });
  await world.clock.advance(longestMs);
  const outcome = await pending;
  const { trail } = outcome.isOk() ? outcome.value : outcome.error;
  world.trails.push(JSON.stringify(trail));
  const effects = world.database.effects.get(idempotencyKey) ?? 0;
  expect(effects).toBeLessThanOrEqual(1);
  if (outcome.isOk()) expect(effects).toBe(1);
  else if (outcome.error.effect === 'none') expect(effects).toBe(0);
  for (const name of names) expect(trail.some(({ layer }) => layer === name) || outcome.isOk()).toBe(true);
});

const read = step('read', async (model, world) => {
  const pending = world.hybrid.sql.read({ text: 'select 1', values: [] });
  await world.clock.advance(longestMs);
  const outcome = await pending;
  if (outcome.isOk()) expect(model.isolated.has(outcome.value.layer)).toBe(false);
  const { trail } = outcome.isOk() ? outcome.value : outcome.error;
  world.trails.push(JSON.stringify(trail));
  for (const { inFlight, queued } of world.hybrid.health()) expect([inFlight, queued]).toEqual([0, 0]);
});

const steps: fc.Arbitrary<Step>[] = [
  fc.constant(write),
  fc.constant(read),
  fc
    .record({
      name: fc.constantFrom(...names),
      fault: fc.constantFrom<BackendFault>('refuses', 'hangs', 'garbles', 'dies', 'throws'),
      times: fc.integer({ min: 1, max: 4 }),
    })
    .map(({ name, fault, times }) =>
      step(
        `break ${name} ${fault} ${times}`,
        async (_model, world) => void world.layers[name].breakBackend(fault, { times }),
      ),
    ),
  fc.constantFrom(...names).map((name) => step(`heal ${name}`, async (_model, world) => world.layers[name].heal())),
  fc.constantFrom(...names).map((name) =>
    step(`isolate ${name}`, async (model, world) => {
      model.isolated.add(name);
      world.isolations.push(world.hybrid.isolate(name));
    }),
  ),
  fc.constant(
    step('release all', async (model, world) => {
      model.isolated.clear();
      for (const isolation of world.isolations.splice(0)) isolation.release();
    }),
  ),
  fc
    .nat(policies.length - 1)
    .map((at) =>
      step(`policy ${at}`, async (_model, world) => void world.hybrid.policy.swap(policies[at]!)._unsafeUnwrap()),
    ),
  fc.nat(5_000).map((ms) => step(`wait ${ms}`, (_model, world) => world.clock.advance(ms))),
];

/** How many steps; `--globals '{"modelSteps":100000}'` asks for more. */
const asked: unknown = Reflect.get(globalThis, 'modelSteps');
const wanted = typeof asked === 'number' ? asked : 1_000;
const commandsPerRun = 50;

async function walk(seed: number): Promise<{ readonly trails: readonly string[]; readonly steps: number }> {
  const trails: string[] = [];
  let done = 0;
  await fc.assert(
    fc.asyncProperty(fc.commands(steps, { maxCommands: commandsPerRun, size: 'max' }), async (commands) => {
      const world = new World();
      await fc.asyncModelRun(() => ({ model: { isolated: new Set<string>() }, real: world }), commands);
      await world.hybrid.close();
      trails.push(...world.trails);
      done += [...commands].length;
    }),
    { seed, numRuns: Math.ceil((wanted / commandsPerRun) * 2.1), endOnFailure: true },
  );
  return { trails, steps: done };
}

test(
  'no walk of outcomes, kills, policies and time breaks a law, and the same seed gives the same trails',
  async () => {
    const walked = await walk(20261122);
    expect(walked.steps).toBeGreaterThanOrEqual(wanted);
    if (wanted <= 1_000) expect((await walk(20261122)).trails).toEqual(walked.trails);
  },
  wanted * 100,
);
