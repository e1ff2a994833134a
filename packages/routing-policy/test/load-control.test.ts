import { createFakeLayer, type FakeAnswers, type FakeLayer } from '@hybrid-supabase/contract-tests';
import { ok, type Result } from 'neverthrow';
import type { SqlResult, TrailEntry } from '@hybrid-supabase/core';
import { createHybrid, type HybridOptions, type RoutingPolicy } from '../src/index.js';
import { createManualClock, settled, type ManualClock } from './manual-clock.js';

const result: SqlResult = { columns: [], rows: [], rowCount: 1 };
const statement = { text: 'select 1', values: [] };
const edges = { mcp: 'mcp-edge', supabase: 'rest-api' } as const;
const named = (
  name: keyof typeof edges,
  answers: FakeAnswers = { 'sql.read': () => result, 'sql.write': () => result },
) => createFakeLayer({ name, answers, sharedFate: [edges[name]] });

function open(layers: readonly FakeLayer[], policy: RoutingPolicy = {}, more: Partial<HybridOptions> = {}) {
  const clock = createManualClock();
  const hybrid = createHybrid({ layers, clock, policy, random: () => 0.5, ...more });
  return { clock, hybrid };
}
const brief = (trail: readonly TrailEntry[]) =>
  trail.map(({ layer, did, kind, reason }) => [layer, did, kind ?? reason].filter(Boolean).join(' '));

/** A layer whose reads take as long as the queue of times says, or one millisecond. */
function timed(name: keyof typeof edges, clock: () => ManualClock) {
  const timesMs: number[] = [];
  const reads = () =>
    new Promise<Result<SqlResult, never>>((resolve) => {
      clock().setTimer(() => resolve(ok(result)), timesMs.shift() ?? 1);
    });
  return { layer: named(name, { 'sql.read': reads }), timesMs };
}

describe('the budget for repeats and hedges', () => {
  test('lets few calls repeat, and many calls at once only in part', async () => {
    const mcp = named('mcp');
    mcp.failWith({ kind: 'unavailable', effect: 'none', message: 'Shut.' });
    const { hybrid, clock } = open([mcp], {
      '*': { maxAttempts: 2, breaker: { minimumCalls: 99 }, budget: { ratio: 0.5 } },
    });
    const pending = Array.from({ length: 10 }, () => hybrid.sql.read(statement));
    await clock.advance(10_000);
    await Promise.all(pending);
    expect(mcp.received).toHaveLength(10 + 5);
  });

  test('says in the trail what it did not allow', async () => {
    const mcp = named('mcp');
    mcp.failWith({ kind: 'unavailable', effect: 'none', message: 'Shut.' });
    const { hybrid, clock } = open([mcp], { '*': { budget: { ratio: 0, floor: 0 } } });
    const pending = hybrid.sql.read(statement);
    await clock.advance(10_000);
    expect(brief((await pending)._unsafeUnwrapErr().trail)).toEqual(['mcp failed unavailable', 'mcp skipped budget']);
  });

  test('never keeps a call from going on to another layer', async () => {
    const [mcp, supabase] = [named('mcp'), named('supabase')];
    mcp.breakBackend('refuses');
    const { hybrid, clock } = open([mcp, supabase], { '*': { budget: { ratio: 0, floor: 0 } } });
    const pending = Array.from({ length: 10 }, () => hybrid.sql.read(statement));
    await clock.advance(10_000);
    for (const one of await Promise.all(pending)) expect(one._unsafeUnwrap().layer).toBe('supabase');
  });

  test('is given back, whichever way a call ends', async () => {
    const mcp = named('mcp');
    mcp.failWith({ kind: 'rate-limited', effect: 'none', message: 'Slow down.', retryAfterMs: 500 }, { times: 1 });
    const { hybrid, clock } = open([mcp], { '*': { budget: { ratio: 0, floor: 1 }, breaker: { minimumCalls: 99 } } });
    const stop = new AbortController();
    const stopped = hybrid.sql.read(statement, { signal: stop.signal });
    await settled();
    stop.abort();
    await stopped;
    mcp.failWith({ kind: 'unavailable', effect: 'none', message: 'Shut.' }, { times: 1 });
    const pending = hybrid.sql.read(statement);
    await clock.advance(10_000);
    expect((await pending).isOk()).toBe(true);
  });
});

describe('hedging', () => {
  const policy: RoutingPolicy = { '*': { reads: { hedge: { minimumSamples: 20 } } } };
  const warm = async (hybrid: ReturnType<typeof open>['hybrid'], clock: ManualClock) => {
    for (let call = 0; call < 60; call += 1) {
      const pending = hybrid.sql.read(statement);
      await clock.advance(1);
      await pending;
    }
  };
  const opened = (door: NonNullable<RoutingPolicy['*']> = {}) => {
    const moved: { clock?: ManualClock } = {};
    const [mcp, supabase] = [timed('mcp', () => moved.clock!), timed('supabase', () => moved.clock!)];
    const { clock, hybrid } = open([mcp.layer, supabase.layer], { '*': { ...policy['*'], ...door } });
    moved.clock = clock;
    return { mcp, supabase, clock, hybrid };
  };

  test('sends a read that takes longer than nearly all of late to another layer, and stops the one that lost', async () => {
    const { mcp, supabase, clock, hybrid } = opened();
    await warm(hybrid, clock);
    mcp.timesMs.push(5_000);
    const pending = hybrid.sql.read(statement);
    await clock.advance(10);
    const served = (await pending)._unsafeUnwrap();
    expect(brief(served.trail)).toEqual(['mcp failed cancelled', 'supabase served']);
    expect(supabase.layer.received).toHaveLength(1);
    expect(hybrid.health()).toMatchObject([{ layer: 'mcp', inFlight: 0 }, {}]);
    await clock.advance(5_000);
    expect(hybrid.health()).toMatchObject([{ inFlight: 0, failures: 0 }, { inFlight: 0 }]);
  });

  test('knows nothing before it has seen enough, and then doubles no ordinary read', async () => {
    const { mcp, supabase, clock, hybrid } = opened();
    mcp.timesMs.push(100);
    const pending = hybrid.sql.read(statement);
    await clock.advance(100);
    expect((await pending)._unsafeUnwrap().layer).toBe('mcp');
    await warm(hybrid, clock);
    expect(supabase.layer.received).toHaveLength(0);
  });

  test('waits for the other one when one of the two fails', async () => {
    const { mcp, supabase, clock, hybrid } = opened();
    await warm(hybrid, clock);
    mcp.timesMs.push(50);
    supabase.layer.failWith({ kind: 'unavailable', effect: 'none', message: 'Shut.' });
    const pending = hybrid.sql.read(statement);
    await clock.advance(60);
    expect(brief((await pending)._unsafeUnwrap().trail)).toEqual(['supabase failed unavailable', 'mcp served']);
  });

  test('asks again later when the moment was too crowded for a second attempt', async () => {
    const { mcp, supabase, clock, hybrid } = opened({ budget: { ratio: 0, floor: 1 } });
    await warm(hybrid, clock);
    mcp.timesMs.push(5_000, 5_000);
    supabase.timesMs.push(10);
    const pending = [1, 2].map(() => hybrid.sql.read(statement));
    await clock.advance(60);
    for (const one of await Promise.all(pending)) expect(one._unsafeUnwrap().layer).toBe('supabase');
    expect(supabase.layer.received).toHaveLength(2);
  });

  test('sends nothing a second time where one attempt is all there is', async () => {
    const { mcp, supabase, clock, hybrid } = opened({ maxAttempts: 1 });
    await warm(hybrid, clock);
    mcp.timesMs.push(100);
    const pending = hybrid.sql.read(statement);
    await clock.advance(100);
    expect((await pending)._unsafeUnwrap().layer).toBe('mcp');
    expect(supabase.layer.received).toHaveLength(0);
  });

  test('never doubles a write', async () => {
    const [mcp, supabase] = [named('mcp'), named('supabase')];
    const { hybrid, clock } = open([mcp, supabase], policy);
    for (let call = 0; call < 60; call += 1) await hybrid.sql.write(statement);
    mcp.breakBackend('hangs');
    const pending = hybrid.sql.write(statement, { timeoutMs: 1_000 });
    await clock.advance(20_000);
    expect((await pending)._unsafeUnwrapErr().kind).toBe('ambiguous');
    expect(supabase.received).toHaveLength(0);
  });
});

describe('the bulkhead', () => {
  const policy = (maxQueued: number): RoutingPolicy => ({ '*': { bulkheads: { mcp: { maxInFlight: 2, maxQueued } } } });

  test('bounds what is under way in a layer; the rest waits its turn', async () => {
    const clockOf: { clock?: ManualClock } = {};
    const mcp = timed('mcp', () => clockOf.clock!);
    const { hybrid, clock } = open([mcp.layer], policy(10));
    clockOf.clock = clock;
    const pending = Array.from({ length: 5 }, () => hybrid.sql.read(statement));
    await settled();
    expect(hybrid.health()).toMatchObject([{ inFlight: 2, queued: 3 }]);
    await clock.advance(10);
    for (const one of await Promise.all(pending)) expect(one.isOk()).toBe(true);
    expect(hybrid.health()).toMatchObject([{ inFlight: 0, queued: 0 }]);
  });

  test('sends a call that finds the queue full to the next layer, and the trail says why', async () => {
    const [mcp, supabase] = [named('mcp'), named('supabase')];
    mcp.breakBackend('hangs');
    const { hybrid } = open([mcp, supabase], policy(0));
    for (let call = 0; call < 2; call += 1) void hybrid.sql.read(statement);
    const served = (await hybrid.sql.read(statement))._unsafeUnwrap();
    expect(brief(served.trail)).toEqual(['mcp skipped budget', 'supabase served']);
    await hybrid.close();
  });

  test('a wait never passes the deadline, and a caller who stops leaves the queue', async () => {
    const mcp = named('mcp');
    mcp.breakBackend('hangs');
    const { hybrid, clock } = open([mcp], policy(10));
    for (let call = 0; call < 2; call += 1) void hybrid.sql.read(statement, { timeoutMs: 60_000 });
    const stop = new AbortController();
    const late = hybrid.sql.read(statement, { timeoutMs: 100 });
    const stopped = hybrid.sql.read(statement, { signal: stop.signal });
    await settled();
    stop.abort();
    expect((await stopped)._unsafeUnwrapErr()).toMatchObject({ kind: 'cancelled', effect: 'none' });
    await clock.advance(100);
    const error = (await late)._unsafeUnwrapErr();
    expect(error).toMatchObject({ kind: 'no-layer', effect: 'none' });
    expect(brief(error.trail)).toEqual(['mcp skipped deadline']);
    expect(hybrid.health()).toMatchObject([{ queued: 0 }]);
    await hybrid.close();
  });
});

describe('a unit of work', () => {
  test('stays on the layer it names', async () => {
    const [mcp, supabase] = [named('mcp'), named('supabase')];
    const { hybrid } = open([mcp, supabase]);
    const scope = hybrid.scoped({ layer: 'supabase' });
    await scope.sql.write(statement);
    const served = (await scope.sql.read(statement))._unsafeUnwrap();
    expect(brief(served.trail)).toEqual(['mcp skipped disabled', 'supabase served']);
    expect(mcp.sent()).toBe(0);
  });

  test('stays on the layer that served its first call, even when that one fails later', async () => {
    const [mcp, supabase] = [named('mcp'), named('supabase')];
    const { hybrid, clock } = open([mcp, supabase]);
    const scope = hybrid.scoped();
    expect(scope.pinnedTo()).toBeUndefined();
    await scope.sql.write(statement);
    expect(scope.pinnedTo()).toBe('mcp');
    mcp.breakBackend('refuses');
    const pending = scope.sql.read(statement);
    await clock.advance(10_000);
    expect((await pending)._unsafeUnwrapErr().layer).toBe('mcp');
    expect(supabase.sent()).toBe(0);
    const free = hybrid.sql.read(statement);
    await clock.advance(10_000);
    expect((await free)._unsafeUnwrap().layer).toBe('supabase');
  });

  test('never reads from the cache', async () => {
    const mcp = named('mcp');
    const semantics = { questions: {}, tags: { 'sql.read': () => ['table:t'] } };
    const { hybrid } = open([mcp], { '*': { reads: { cache: { ttlMs: 1_000 } } } }, { semantics });
    const scope = hybrid.scoped();
    for (let call = 0; call < 2; call += 1) await scope.sql.read(statement);
    expect(mcp.received).toHaveLength(2);
  });
});

describe('a layer that is isolated by hand', () => {
  test('is not asked until everybody who isolated it has released it', async () => {
    const [mcp, supabase] = [named('mcp'), named('supabase')];
    const { hybrid } = open([mcp, supabase]);
    const layer = async () => (await hybrid.sql.read(statement))._unsafeUnwrap().layer;
    const [one, other] = [hybrid.isolate('mcp'), hybrid.isolate('mcp')];
    expect(await layer()).toBe('supabase');
    one.release();
    one.release();
    expect(await layer()).toBe('supabase');
    expect(hybrid.health()).toMatchObject([{ isIsolated: true }, { isIsolated: false }]);
    other.release();
    expect(await layer()).toBe('mcp');
  });

  test('is not asked even as the last one, nor by a unit of work that is pinned to it', async () => {
    const mcp = named('mcp');
    const { hybrid } = open([mcp]);
    const { isKnown } = hybrid.isolate('mcp');
    expect(isKnown).toBe(true);
    for (const doors of [hybrid, hybrid.scoped({ layer: 'mcp' })]) {
      const error = (await doors.sql.read(statement))._unsafeUnwrapErr();
      expect(error.kind).toBe('no-layer');
      expect(brief(error.trail)).toEqual(['mcp skipped disabled']);
    }
    expect(hybrid.explain('sql.read').layers).toMatchObject([{ asked: 'not', reason: 'disabled' }]);
  });

  test('says so when no layer has the name', () => {
    const { hybrid } = open([named('mcp')]);
    const { isKnown, release } = hybrid.isolate('mars');
    release();
    expect(isKnown).toBe(false);
  });
});

describe('what the breakers know', () => {
  test('slow answers open one, although they are right', async () => {
    const clockOf: { clock?: ManualClock } = {};
    const mcp = timed('mcp', () => clockOf.clock!);
    const { hybrid, clock } = open([mcp.layer], { '*': { breaker: { minimumCalls: 3, slowCallMs: 100 } } });
    clockOf.clock = clock;
    mcp.timesMs.push(200, 200, 200);
    for (let call = 0; call < 3; call += 1) {
      const pending = hybrid.sql.read(statement);
      await clock.advance(200);
      expect((await pending).isOk()).toBe(true);
    }
    expect(hybrid.health()).toMatchObject([{ breaker: 'open', failures: 0, slow: 3 }]);
  });

  test('goes on in the next process', async () => {
    const [mcp, supabase] = [named('mcp'), named('supabase')];
    mcp.breakBackend('refuses');
    const before = open([mcp, supabase], { '*': { breaker: { minimumCalls: 2 } } });
    const pending = before.hybrid.sql.read(statement);
    await before.clock.advance(1_000);
    await pending;
    const state = JSON.parse(JSON.stringify(before.hybrid.save()));
    const sent = mcp.sent();
    const after = open([mcp, supabase], {}, { state });
    expect((await after.hybrid.sql.read(statement))._unsafeUnwrap().layer).toBe('supabase');
    expect(mcp.sent()).toBe(sent);
    mcp.heal();
    await after.clock.advance(10_000);
    await after.hybrid.sql.read(statement);
    await settled();
    expect(after.hybrid.health()).toMatchObject([{ breaker: 'closed' }, {}]);
  });

  test('a saved state with a mistake throws at start-up and names it', () => {
    const state = { breakers: { mcp: { state: 'ajar' } } };
    expect(() => createHybrid({ layers: [named('mcp')], state: state as never })).toThrow(
      "state.breakers['mcp'].state: expected one of closed, open",
    );
  });
});
