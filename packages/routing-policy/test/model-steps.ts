import type { BackendFault } from '@hybrid-supabase/contract-tests';
import type { HybridResult, SqlResult } from '@hybrid-supabase/core';
import fc from 'fast-check';
import type { CallOptions, Hybrid, RoutingPolicy } from '../src/index.js';
import { layerNames, noted, tables, type Ended, type LayerName, type Table, type World } from './model-world.js';

/** What the model knows that the world does not show. */
export interface Model {
  readonly isolated: Set<string>;
  policy: RoutingPolicy;
}

export type Step = fc.AsyncCommand<Model, World>;
const step = (text: string, run: (world: World, model: Model) => Promise<void>): Step => ({
  check: () => true,
  run: (model, world) => run(world, model),
  toString: () => text,
});

const cache = { ttlMs: 2_000, staleIfErrorMs: 5_000 };
const hedge = { minimumSamples: 1, quantile: 0.5 };
const policies: readonly RoutingPolicy[] = [
  {},
  { '*': { order: ['supabase'], maxAttempts: 1 } },
  { '*': { breaker: { minimumCalls: 2, pauseMs: 500 }, budget: { ratio: 0, floor: 0 }, reads: { hedge } } },
  {
    '*': { timeoutMs: 300, settleTimeoutMs: 200, reads: { hedge } },
    'sql.*': { disabledLayers: ['mcp'] },
  },
  { '*': { maxAttempts: 2, breaker: { minimumCalls: 3, slowCallMs: 300 }, reads: { hedge } } },
  { '*': { cacheEntries: 1, reads: { cache } } },
  { '*': { reads: { cache, shadow: { layer: 'supabase', share: 1, maxInFlight: 2 } } } },
  {
    '*': { bulkheads: { '*': { maxInFlight: 1, maxQueued: 1 } } },
    'sql.*': { rollout: { order: ['supabase'], stage: 'live', minimumSample: 3, dwellMs: 100 } },
  },
  {
    '*': { reads: { hedge, shadow: { layer: 'supabase', share: 1 } }, rollout: { order: ['supabase'], stage: 'live' } },
  },
];

/** Longer than every deadline with its settlement, so that no call is left open. */
const longestMs = 40_000;
/** A comparison begins after the answer and asks twice, half a minute each; it holds its places that long. */
const longestAfterwardsMs = longestMs + 2 * 30_000;
const longestCallMs = 30_000;
const longestSettlementMs = 5_100;

type Door = Pick<Hybrid, 'sql'>;
/** What goes on while a call is under way. */
interface Meanwhile {
  readonly name: string;
  readonly afterMs: number;
  do(world: World, model: Model): Promise<void> | void;
}

async function ended(
  world: World,
  model: Model,
  call: () => HybridResult<SqlResult>,
  meanwhile: Meanwhile | undefined,
  mostMs: number,
): Promise<Ended> {
  const startedMs = world.clock.nowMs();
  const pending = Promise.resolve(call()).then((outcome) => noted(world, outcome, startedMs, world.clock.nowMs()));
  await world.clock.advance(meanwhile?.afterMs ?? 0);
  await meanwhile?.do(world, model);
  const all = await arrived(world, pending);
  // A timer fires up to a millisecond late, never early.
  expect([all.trail, all.tookMs <= mostMs + 2]).toEqual([all.trail, true]);
  lawsOfTrail(all);
  return all;
}

/** Lets time pass until it is there, and no longer: what is left behind is to meet the calls that follow. */
async function arrived<T>(world: World, pending: Promise<T>): Promise<T> {
  let isThere = false;
  const watched = pending.finally(() => (isThere = true));
  for (let waitedMs = 0; !isThere && waitedMs <= longestMs; waitedMs += 100) await world.clock.advance(waitedMs && 100);
  expect(isThere).toBe(true);
  return watched;
}

/** The trail shows whoever answered, explains whoever did not, and names everybody when nobody served. */
function lawsOfTrail({ outcome, trail }: Ended): void {
  for (const { did, reason, why } of trail)
    if (did === 'skipped') expect([reason, why]).toEqual([expect.any(String), expect.stringMatching(/\w/)]);
  const named = trail.map(({ layer }) => layer);
  if (outcome.isOk()) expect(named).toContain(outcome.value.layer);
  else if (outcome.error.code !== 'closed') expect(new Set(named)).toEqual(new Set(layerNames));
}

interface Write {
  readonly table: Table;
  readonly hasKey: boolean;
  readonly options: CallOptions;
  readonly meanwhile?: Meanwhile;
}

async function write(world: World, model: Model, door: Door, { table, hasKey, options, meanwhile }: Write) {
  const marker = world.nextMarker();
  const all = { ...options, ...(hasKey && { idempotencyKey: marker }) };
  const mostMs = (options.timeoutMs ?? longestCallMs) + longestSettlementMs;
  const send = () => door.sql.write({ text: `update ${table}`, values: [marker] }, all);
  const done = await ended(world, model, send, meanwhile, mostMs);
  claim(world, marker, table, done);
  return done;
}

/** What the caller was told must be true now, and still when everything late has arrived. */
function claim(world: World, marker: string, table: Table, { outcome }: Ended): void {
  const took = outcome.isOk() ? 'effect' : outcome.error.effect === 'none' ? 'no effect' : 'who knows';
  world.claims.push({ marker, took });
  world.count(`writes: ${took}`);
  const version = outcome.isOk() ? outcome.value.data.rows[0]?.['version'] : undefined;
  if (typeof version === 'number') world.told[table] = Math.max(world.told[table], version);
}

async function read(world: World, model: Model, door: Door, table: Table, options: CallOptions, during?: Meanwhile) {
  const atLeast = world.told[table];
  const mostMs = options.timeoutMs ?? longestCallMs;
  const send = () => door.sql.read({ text: `select from ${table}`, values: [] }, options);
  const done = await ended(world, model, send, during, mostMs);
  const { outcome } = done;
  if (outcome.isOk()) expect(Number(outcome.value.data.rows[0]?.['version'])).toBeGreaterThanOrEqual(atLeast);
  return done;
}

const swap = (world: World, model: Model, at: number): void => {
  model.policy = policies[at]!;
  world.hybrid.policy.swap(model.policy)._unsafeUnwrap();
};
const restart = async (world: World, model: Model): Promise<void> => {
  model.isolated.clear();
  world.count('restarts');
  await world.restart(model.policy);
};

const anyTable = fc.constantFrom(...tables);
const anyLayer = fc.constantFrom<LayerName>(...layerNames);
const anyPolicy = fc.nat(policies.length - 1);
const anyOptions: fc.Arbitrary<CallOptions> = fc.oneof(
  { weight: 3, arbitrary: fc.constant({}) },
  { weight: 1, arbitrary: fc.integer({ min: 1, max: 2_000 }).map((timeoutMs) => ({ timeoutMs })) },
);
const anyMeanwhile: fc.Arbitrary<Meanwhile | undefined> = fc.oneof(
  { weight: 4, arbitrary: fc.constant(undefined) },
  { weight: 1, arbitrary: fc.nat(400).map((afterMs) => ({ name: 'restart', afterMs, do: restart })) },
  {
    weight: 1,
    arbitrary: fc.record({ afterMs: fc.nat(400), at: anyPolicy }).map(({ afterMs, at }) => ({
      ...{ name: `policy ${at}`, afterMs },
      do: (world: World, model: Model) => swap(world, model, at),
    })),
  },
  {
    weight: 1,
    arbitrary: fc.record({ afterMs: fc.nat(400), name: anyLayer }).map(({ afterMs, name }) => ({
      ...{ name: `heal ${name}`, afterMs },
      do: (world: World) => world.layers[name].heal(),
    })),
  },
);

const writing = fc
  .record({ table: anyTable, hasKey: fc.boolean(), options: anyOptions, meanwhile: anyMeanwhile })
  .map(({ meanwhile, ...one }) => {
    const text = `write ${one.table}${one.hasKey ? ' with key' : ''} ${JSON.stringify(one.options)} ${meanwhile?.name ?? ''}`;
    return step(text, async (world, model) => {
      await write(world, model, world.hybrid, { ...one, ...(meanwhile && { meanwhile }) });
    });
  });

const reading = fc
  .record({ table: anyTable, options: anyOptions, meanwhile: anyMeanwhile })
  .map(({ table, options, meanwhile }) =>
    step(`read ${table} ${JSON.stringify(options)} ${meanwhile?.name ?? ''}`, async (world, model) => {
      const isolated = new Set(model.isolated);
      const { outcome, trail } = await read(world, model, world.hybrid, table, options, meanwhile);
      const wasAsked = trail.some(({ attempt }) => attempt !== undefined);
      if (outcome.isOk() && wasAsked) expect(isolated.has(outcome.value.layer)).toBe(false);
    }),
  );

/** A caller who stops: what it was told of the effect must be true all the same. */
const stopped = fc.record({ table: anyTable, afterMs: fc.nat(300) }).map(({ table, afterMs }) =>
  step(`write ${table} stopped after ${afterMs}`, async (world, model) => {
    const stopping = new AbortController();
    const meanwhile = { name: 'stop', afterMs, do: () => stopping.abort() };
    await write(world, model, world.hybrid, { table, hasKey: true, options: { signal: stopping.signal }, meanwhile });
  }),
);

/** Many at once: places, queues, the budget and equal reads in flight. */
const crowd = fc
  .array(fc.record({ table: anyTable, isWrite: fc.boolean() }), { minLength: 2, maxLength: 6 })
  .map((all) =>
    step(`crowd ${all.map(({ table, isWrite }) => (isWrite ? 'write ' : 'read ') + table).join()}`, async (world) => {
      const startedMs = world.clock.nowMs();
      const pending = all.map(async ({ table, isWrite }) => {
        const marker = world.nextMarker();
        const outcome = isWrite
          ? await world.hybrid.sql.write({ text: `update ${table}`, values: [marker] }, { idempotencyKey: marker })
          : await world.hybrid.sql.read({ text: `select from ${table}`, values: [] });
        const done = noted(world, outcome, startedMs, world.clock.nowMs());
        lawsOfTrail(done);
        if (isWrite) claim(world, marker, table, done);
      });
      await arrived(world, Promise.all(pending));
    }),
  );

/** A layer that becomes slow between two reads: what hedging is for. */
const sluggish = fc.record({ table: anyTable, name: anyLayer }).map(({ table, name }) =>
  step(`${name} becomes slow while ${table} is read`, async (world, model) => {
    world.delaysMs[name] = 0;
    await read(world, model, world.hybrid, table, {});
    world.delaysMs[name] = 250;
    await read(world, model, world.hybrid, table, {});
    world.delaysMs[name] = 0;
  }),
);

/** A unit of work stays on one layer and sees what it wrote. */
const scope = fc.record({ table: anyTable, layer: fc.option(anyLayer, { nil: undefined }) }).map(({ table, layer }) =>
  step(`scope ${layer ?? ''} ${table}`, async (world, model) => {
    const scoped = world.hybrid.scoped(layer === undefined ? {} : { layer });
    const wrote = await write(world, model, scoped, { table, hasKey: true, options: {} });
    const saw = await read(world, model, scoped, table, {});
    const pinned = scoped.pinnedTo();
    for (const { outcome } of [wrote, saw]) if (outcome.isOk()) expect(outcome.value.layer).toBe(pinned);
    world.count('scopes');
  }),
);

/** What `explain` says comes first is asked first, and saying so sends nothing. */
const explained = anyTable.map((table) =>
  step(`explain a read of ${table}`, async (world, model) => {
    const said = JSON.stringify(model.policy);
    const sent = layerNames.map((name) => world.layers[name].sent());
    const first = world.hybrid.explain('sql.read').layers.find(({ asked }) => asked === 'first')?.layer;
    expect(layerNames.map((name) => world.layers[name].sent())).toEqual(sent);
    const { trail } = await read(world, model, world.hybrid, table, {});
    if (said.includes('rollout') || said.includes('cache')) return;
    expect(trail.find(({ attempt }) => attempt === 1)?.layer).toBe(first);
    world.count('explanations that came true');
  }),
);

/** Everything that can happen, in any order. */
export const anySteps: fc.Arbitrary<Step>[] = [
  ...[writing, writing, reading, reading, stopped, crowd, sluggish, scope, explained],
  fc
    .record({
      name: anyLayer,
      fault: fc.constantFrom<BackendFault>('refuses', 'hangs', 'garbles', 'dies', 'throws'),
      times: fc.integer({ min: 1, max: 4 }),
    })
    .map(({ name, fault, times }) =>
      step(`break ${name} ${fault} ${times}`, async ({ layers }) => void layers[name].breakBackend(fault, { times })),
    ),
  anyLayer.map((name) =>
    step(`fail ${name} with a fault of the database`, async ({ layers }) =>
      layers[name].failWith({ kind: 'unavailable', effect: 'none', fault: 'postgres', message: 'Down.' }, { times: 1 }),
    ),
  ),
  anyLayer.map((name) =>
    step(`push ${name} back`, async ({ layers }) =>
      layers[name].failWith(
        { kind: 'rate-limited', effect: 'none', retryAfterMs: 700, message: 'Slow.' },
        { times: 2 },
      ),
    ),
  ),
  fc.record({ name: anyLayer, ms: fc.constantFrom(0, 20, 400, 20_000) }).map(({ name, ms }) =>
    step(`${name} takes ${ms}`, async ({ delaysMs }) => {
      delaysMs[name] = ms;
    }),
  ),
  fc.constantFrom<LayerName | undefined>(...layerNames, undefined).map((name) =>
    step(`${name ?? 'nobody'} lies`, async (world) => {
      world.liar = name;
    }),
  ),
  anyLayer.map((name) => step(`heal ${name}`, async ({ layers }) => layers[name].heal())),
  anyLayer.map((name) =>
    step(`isolate ${name}`, async (world, model) => {
      model.isolated.add(name);
      world.isolations.push(world.hybrid.isolate(name));
    }),
  ),
  ...[1, 2].map(() =>
    fc.constant(
      step('release all', async (world, model) => {
        model.isolated.clear();
        for (const isolation of world.isolations.splice(0)) isolation.release();
      }),
    ),
  ),
  anyPolicy.map((at) => step(`policy ${at}`, async (world, model) => swap(world, model, at))),
  fc.nat(5_000).map((ms) => step(`wait ${ms}`, (world) => world.clock.advance(ms))),
];

/** After everything late has arrived: nothing took effect twice, and every caller was told the truth. */
export async function lawsOfTheEnd(world: World): Promise<void> {
  await world.clock.advance(longestAfterwardsMs);
  for (const { inFlight, queued } of world.hybrid.health()) expect([inFlight, queued]).toEqual([0, 0]);
  await world.hybrid.close();
  for (const { marker, took } of world.claims) {
    const effects = world.database.effects.get(marker) ?? 0;
    if (took === 'effect') expect([marker, effects]).toEqual([marker, 1]);
    else if (took === 'no effect') expect([marker, effects]).toEqual([marker, 0]);
    else expect([marker, effects <= 1]).toEqual([marker, true]);
  }
  expect(world.clock.holding()).toBe(0);
}
