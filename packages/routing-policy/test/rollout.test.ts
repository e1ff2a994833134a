import { createFakeLayer } from '@hybrid-supabase/contract-tests';
import type { SqlResult } from '@hybrid-supabase/core';
import { InMemoryProvider, OpenFeature } from '@openfeature/server-sdk';
import { ok, type Result } from 'neverthrow';
import {
  createHybrid,
  openFeatureFlags,
  rolledBack,
  type HybridOptions,
  type RolloutRule,
  type RoutingEvent,
} from '../src/index.js';
import { createManualClock, type ManualClock } from './manual-clock.js';

const result = { columns: [], rows: [], rowCount: 1 };
const statement = { text: 'select 1', values: [] };
const named = (name: string, more: object = {}) =>
  createFakeLayer({
    name,
    answers: { 'sql.read': () => result, 'sql.write': () => result },
    sharedFate: [name === 'mcp' ? 'mcp-edge' : 'rest-api'],
    ...more,
  });
const rollout: RolloutRule = {
  order: ['supabase'],
  stage: 'canary',
  canaryShare: 0.3,
  dwellMs: 1_000,
  minimumSample: 50,
};

function open(
  rule: RolloutRule = rollout,
  more: Partial<HybridOptions> = {},
  layers = [named('mcp'), named('supabase')],
) {
  const clock = createManualClock();
  const events: RoutingEvent[] = [];
  const report = (event: RoutingEvent) => events.push(event);
  const breaker = { minimumCalls: 100_000 };
  const policy = { '*': { breaker, maxAttempts: 2 }, 'sql.*': { rollout: rule } };
  const hybrid = createHybrid({ layers, clock, policy, report, random: () => 0.5, ...more });
  const layerFor = async (cohort: string) => {
    const pending = hybrid.sql.read(statement, { cohort });
    await clock.advance(100);
    return (await pending).match(
      ({ layer }) => layer,
      ({ kind }) => kind,
    );
  };
  const trailFor = async (cohort: string) =>
    JSON.stringify((await hybrid.sql.read(statement, { cohort }))._unsafeUnwrap().trail);
  const many = async (calls: number) => {
    const layersOf: string[] = [];
    for (let call = 0; call < calls; call += 1) layersOf.push(await layerFor(`user-${call}`));
    return layersOf;
  };
  const stages = () => events.flatMap((event) => (event.type === 'rollout-changed' ? [event.to] : []));
  return { hybrid, clock, layers, layerFor, trailFor, many, stages };
}

test('a cohort always takes the same side, and about its share of them the new one', async () => {
  const { many, hybrid } = open({ ...rollout, minimumSample: 10_000 });
  const first = await many(200);
  expect(await many(200)).toEqual(first);
  const moved = first.filter((layer) => layer === 'supabase').length;
  expect(moved).toBeGreaterThan(40);
  expect(moved).toBeLessThan(80);
  expect(hybrid.rollouts()).toMatchObject([{ key: 'sql.*', stage: 'canary', candidate: { calls: moved * 2 } }]);
});

test('whoever was moved stays moved when the share grows', async () => {
  const few = await open({ ...rollout, canaryShare: 0.1, minimumSample: 10_000 }).many(100);
  const more = await open({ ...rollout, canaryShare: 0.4, minimumSample: 10_000 }).many(100);
  few.forEach((layer, at) => layer === 'supabase' && expect(more[at]).toBe('supabase'));
});

test('a healthy one goes on by itself, after its time and its sample, to the end', async () => {
  const { many, stages, hybrid } = open();
  await many(600);
  expect(stages()).toEqual(['live', 'complete']);
  expect(await many(3)).toEqual(['supabase', 'supabase', 'supabase']);
  expect(hybrid.rollouts()[0]?.history.map(({ from, to }) => `${from} ${to}`)).toEqual([
    'canary live',
    'live complete',
  ]);
});

test('one with more errors takes itself back, says why, and moves nobody any more', async () => {
  const { many, stages, layers, hybrid } = open();
  layers[1]?.breakBackend('refuses');
  await many(400);
  expect(stages()).toEqual(['off']);
  expect(await many(20)).not.toContain('supabase');
  expect(hybrid.rollouts()[0]?.history[0]?.why).toMatch(/New order: \d+ of \d+ calls failed; old order: 0 of \d+/);
});

test('a refused credential trips it at once', async () => {
  const { many, stages, layers } = open();
  layers[1]?.failWith({ kind: 'unauthorized', effect: 'none', message: 'The key has expired.' });
  await many(20);
  expect(stages()).toEqual(['off']);
});

test('the old order going wrong does not blame the new one', async () => {
  const { many, stages, layers } = open();
  layers[0]?.breakBackend('refuses');
  await many(300);
  expect(stages()).not.toContain('off');
});

test('the new order never has more rights than the old one', async () => {
  const weak = { authority: { role: 'authenticated', readOnly: false } };
  const { many, layers } = open({ ...rollout, stage: 'complete' }, {}, [named('mcp', weak), named('supabase')]);
  expect(await many(5)).toEqual(['mcp', 'mcp', 'mcp', 'mcp', 'mcp']);
  expect(layers[1]?.sent()).toBe(0);
});

test('a policy rolled back sends everybody the old way from the next call on', async () => {
  const { hybrid, many } = open({ ...rollout, stage: 'complete' });
  expect(await many(2)).toEqual(['supabase', 'supabase']);
  hybrid.policy.swap(rolledBack(hybrid.policy.current))._unsafeUnwrap();
  expect(await many(2)).toEqual(['mcp', 'mcp']);
  hybrid.policy.swap({})._unsafeUnwrap();
  expect(hybrid.rollouts()).toEqual([]);
});

test('a policy that is swapped without touching the rollout keeps what it has counted', async () => {
  const { hybrid, many } = open({ ...rollout, minimumSample: 10_000 });
  await many(10);
  const before = hybrid.rollouts();
  hybrid.policy.swap({ ...hybrid.policy.current, 'files.*': { maxAttempts: 1 } })._unsafeUnwrap();
  expect(hybrid.rollouts()).toEqual(before);
});

describe('a flag', () => {
  const flagged: RolloutRule = { ...rollout, flag: 'new-order' };

  test('decides in place of the share', async () => {
    const flags = { isOn: (_flag: string, cohort: string) => cohort === 'vip', close: () => undefined };
    const { layerFor } = open(flagged, { flags });
    expect([await layerFor('vip'), await layerFor('other')]).toEqual(['supabase', 'mcp']);
  });

  test('that cannot be read moves nobody', async () => {
    const client = { getBooleanDetails: () => Promise.reject(new Error('flag service is down')) };
    const { many } = open(flagged, { flags: openFeatureFlags(client) });
    expect(await many(20)).not.toContain('supabase');
  });

  test('moves nobody once the rollout has taken itself back', async () => {
    const { many, layers } = open(flagged, { flags: { isOn: () => true, close: () => undefined } });
    layers[1]?.failWith({ kind: 'unauthorized', effect: 'none', message: 'The key has expired.' }, { times: 1 });
    await many(2);
    expect((await many(3)).slice(1)).toEqual(['mcp', 'mcp']);
  });

  test('is closed with the door', async () => {
    let closed = 0;
    const { hybrid } = open(flagged, { flags: { isOn: () => false, close: () => void (closed += 1) } });
    await hybrid.close();
    expect(closed).toBe(1);
  });

  describe('of the real OpenFeature SDK', () => {
    const service = new InMemoryProvider({
      'new-order': {
        variants: { moved: true, stays: false },
        defaultVariant: 'stays',
        disabled: false,
        contextEvaluator: ({ targetingKey }) => (targetingKey === 'vip' ? 'moved' : 'stays'),
      },
    });
    beforeAll(() => OpenFeature.setProviderAndWait(service));
    afterAll(() => OpenFeature.close());

    test('decides by cohort, and its variant and reason are in the trail', async () => {
      const { layerFor, trailFor } = open(flagged, { flags: openFeatureFlags(OpenFeature.getClient()) });
      expect([await layerFor('vip'), await layerFor('other')]).toEqual(['supabase', 'mcp']);
      expect(await trailFor('vip')).toContain('rollout sql.*: candidate, stage canary, by the flag new-order moved');
    });

    test('moves nobody where it does not know the flag', async () => {
      const { many, trailFor } = open(
        { ...rollout, flag: 'unknown' },
        { flags: openFeatureFlags(OpenFeature.getClient()) },
      );
      expect(await many(20)).not.toContain('supabase');
      expect(await trailFor('vip')).toContain('control, stage canary, by the flag unknown ERROR');
    });
  });
});

describe('a rollout that is guarded', () => {
  /** Layers that take a fixed time, a little different each call. */
  const taking = (mcpMs: number, supabaseMs: number) => {
    const times = { mcp: mcpMs, supabase: supabaseMs };
    const clockOf: { clock?: ManualClock } = {};
    let calls = 0;
    const layers = (['mcp', 'supabase'] as const).map((name) =>
      named(name, {
        answers: {
          'sql.read': () =>
            new Promise<Result<SqlResult, never>>((resolve) =>
              clockOf.clock?.setTimer(() => resolve(ok(result)), times[name] * (1 + ((calls += 1) % 5) / 100)),
            ),
        },
      }),
    );
    const opened = open({ order: ['supabase'], canaryShare: 0.5, dwellMs: 1_000, minimumSample: 100 }, {}, layers);
    clockOf.clock = opened.clock;
    return opened;
  };

  test('goes back when it is slower by more than a tenth, which is allowed when nothing else is said', async () => {
    const { many, stages, hybrid } = taking(50, 65);
    await many(800);
    expect(stages()).toEqual(['off']);
    expect(hybrid.rollouts()[0]?.history[0]?.why).toContain('New order');
  });

  test('goes on when it is slower by less', async () => {
    const { many, stages } = taking(50, 52);
    await many(800);
    expect(stages()).toContain('live');
    expect(stages()).not.toContain('off');
  });

  test('concludes nothing from few calls, however bad they are', async () => {
    const { many, stages, layers, hybrid } = open({ ...rollout, minimumSample: 1_000 });
    layers[1]?.breakBackend('refuses');
    await many(200);
    expect(stages()).toEqual([]);
    expect(hybrid.rollouts()).toMatchObject([{ stage: 'canary', comparison: { verdict: 'too-few' } }]);
  });

  test('stays in a stage for its time, however many calls speak for it', async () => {
    const { many, stages } = open({ ...rollout, dwellMs: 86_400_000 });
    await many(600);
    expect(stages()).toEqual([]);
  });

  test('goes back at once when the layer it leads to is taken out of use by hand, and stays back', async () => {
    const { many, stages, hybrid } = open();
    hybrid.isolate('supabase').release();
    expect(stages()).toEqual(['off']);
    expect(hybrid.rollouts()).toMatchObject([{ history: [{ why: 'supabase was taken out of use by hand.' }] }]);
    expect(await many(20)).not.toContain('supabase');
  });

  test('that took itself back is still back in the next process, unless the policy says something else by then', async () => {
    const { hybrid } = open();
    hybrid.isolate('supabase').release();
    const state = JSON.parse(JSON.stringify(hybrid.save()));
    const next = open(rollout, { state });
    expect(await next.many(20)).not.toContain('supabase');
    expect(next.hybrid.rollouts()).toMatchObject([{ stage: 'off', history: [{ from: 'canary', to: 'off' }] }]);
    expect(open({ ...rollout, canaryShare: 0.1 }, { state }).hybrid.rollouts()).toMatchObject([{ stage: 'canary' }]);
  });

  test('whose saved stage is none throws at start-up and names it', () => {
    const state = { breakers: {}, rollouts: { 'sql.*': { rule: '{}', stage: 'ajar' } } };
    expect(() => open(rollout, { state: state as never })).toThrow(
      "state.rollouts['sql.*'].stage: expected one of off",
    );
  });

  test('is not blamed for the layer it leads away from', async () => {
    const { stages, hybrid } = open();
    hybrid.isolate('mcp').release();
    expect(stages()).toEqual([]);
  });

  test('keeps its history when a policy puts it back or on again', async () => {
    const { hybrid, many, stages } = open({ ...rollout, stage: 'live' });
    await many(5);
    const { current } = hybrid.policy;
    hybrid.policy.swap(rolledBack(current))._unsafeUnwrap();
    expect(stages()).toEqual(['off']);
    hybrid.policy.swap(current)._unsafeUnwrap();
    const [status] = hybrid.rollouts();
    expect(status?.history.map(({ from, to, why }) => `${from} ${to}: ${why}`)).toEqual([
      'live off: The policy says so.',
      'off live: The policy says so.',
    ]);
    expect(status?.candidate.calls).toBe(0);
  });
});
