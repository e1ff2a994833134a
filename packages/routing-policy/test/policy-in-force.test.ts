import { createFakeLayer, type FakeAnswers } from '@hybrid-supabase/contract-tests';
import { createHybrid, watchPolicyFile, type HybridOptions } from '../src/index.js';
import { createManualClock, settled } from './manual-clock.js';

const answers: FakeAnswers = { 'buckets.list': () => [], 'sql.write': () => ({ columns: [], rows: [], rowCount: 1 }) };
const named = (name: string) => createFakeLayer({ name, answers, sharedFate: ['postgres'] });

function open(options: Partial<HybridOptions> = {}) {
  const clock = createManualClock();
  const [mcp, supabase] = [named('mcp'), named('supabase')];
  const hybrid = createHybrid({ layers: [mcp, supabase], clock, random: () => 1, ...options });
  const list = async () => {
    const pending = hybrid.buckets.list();
    await clock.advance(2_000);
    return (await pending).map(({ layer }) => layer).unwrapOr('nobody');
  };
  return { clock, mcp, supabase, hybrid, list };
}

describe('a policy that is replaced while the door is in use', () => {
  test('counts for the next call', async () => {
    const { hybrid, list } = open();
    expect(await list()).toBe('mcp');
    expect(hybrid.policy.swap({ '*': { order: ['supabase'] } })._unsafeUnwrap()).toEqual({});
    expect(await list()).toBe('supabase');
    expect(hybrid.policy.current).toEqual({ '*': { order: ['supabase'] } });
  });

  test('lets calls under way finish under the old one', async () => {
    const { hybrid, mcp, clock } = open();
    mcp.failWith({ kind: 'unavailable', effect: 'none', message: 'Shut.' }, { times: 1 });
    const pending = hybrid.buckets.list();
    await settled();
    hybrid.policy.swap({ '*': { disabledLayers: ['mcp'], maxAttempts: 1 } })._unsafeUnwrap();
    await clock.advance(2_000);
    expect((await pending)._unsafeUnwrap()).toMatchObject({
      layer: 'mcp',
      trail: [{ did: 'failed' }, { did: 'served' }],
    });
  });

  test('leaves what the breakers know', async () => {
    const { hybrid, mcp, list } = open({ policy: { '*': { breaker: { minimumCalls: 2 } } } });
    mcp.breakBackend('refuses');
    await list();
    hybrid.policy.swap({ '*': { breaker: { minimumCalls: 2, pauseMs: 60_000 } } })._unsafeUnwrap();
    expect(hybrid.health()).toMatchObject([{ layer: 'mcp', breaker: 'open' }, { layer: 'supabase' }]);
  });

  test('changes nothing when it holds a mistake, and names it', async () => {
    const { hybrid, list } = open();
    const problems = hybrid.policy.swap({ '*': { order: ['supabase'], maxAttempts: 0 } })._unsafeUnwrapErr();
    expect(problems).toEqual(["policy['*'].maxAttempts: expected a whole number, at least 1, found 0"]);
    expect(await list()).toBe('mcp');
    expect(hybrid.policy.current).toEqual({});
  });
});

describe('an explanation', () => {
  test('says who would be asked, in which order, and sends nothing', () => {
    const { hybrid, mcp, supabase } = open({ policy: { 'buckets.*': { disabledLayers: ['supabase'] } } });
    const { layers, rule, whenLost, effectClass } = hybrid.explain('buckets.list');
    expect(layers).toMatchObject([
      { layer: 'mcp', asked: 'first' },
      { layer: 'supabase', asked: 'not', reason: 'disabled' },
    ]);
    expect(rule.maxAttempts).toBe(3);
    expect(effectClass).toBe('read');
    expect(whenLost).toContain('may be sent again');
    expect([mcp.sent(), supabase.sent()]).toEqual([0, 0]);
  });

  test('says of a write what follows when its answer is lost', () => {
    const { hybrid } = open();
    expect(hybrid.explain('buckets.create').whenLost).toContain('its own question');
    expect(hybrid.explain('branches.merge').whenLost).toContain('ambiguous');
  });

  test('agrees with what the router then does, breaker and all, and starts no probe', async () => {
    const { hybrid, mcp, list, clock } = open({ policy: { '*': { breaker: { minimumCalls: 2 } } } });
    mcp.breakBackend('refuses');
    await list();
    await clock.advance(60_000);
    const sent = mcp.sent();
    expect(hybrid.explain('buckets.list').layers).toMatchObject([
      { layer: 'mcp', asked: 'not', reason: 'breaker' },
      { layer: 'supabase', asked: 'first' },
    ]);
    expect(mcp.sent()).toBe(sent);
    expect(await list()).toBe('supabase');
  });

  test('says that the last layer is asked although its breaker is open', async () => {
    const { hybrid, mcp, list } = open({
      policy: { '*': { breaker: { minimumCalls: 2 }, disabledLayers: ['supabase'] } },
    });
    mcp.breakBackend('refuses');
    await list();
    expect(hybrid.explain('buckets.list').layers[0]).toMatchObject({
      asked: 'first',
      why: 'Its breaker is open, but nobody else can serve.',
    });
  });

  test('says so when nobody could be asked', () => {
    const { hybrid } = open();
    expect(hybrid.explain('branches.list').layers.map(({ asked }) => asked)).toEqual(['not', 'not']);
  });
});

describe('a policy file', () => {
  const file = () => {
    const state: { text: string | undefined } = { text: '{}' };
    const read = async () => {
      if (state.text === undefined) throw new Error('ENOENT');
      return state.text;
    };
    return { state, read };
  };

  test('counts from the start, and a change counts within a second', async () => {
    const { hybrid, clock } = open();
    const { state, read } = file();
    state.text = '{"*":{"order":["supabase"]}}';
    const watch = (await watchPolicyFile('policy.json', hybrid, { clock, read }))._unsafeUnwrap();
    expect(hybrid.policy.current['*']?.order).toEqual(['supabase']);
    state.text = '{"*":{"order":["mcp"]}}';
    await clock.advance(999);
    expect(hybrid.policy.current['*']?.order).toEqual(['mcp']);
    watch.close();
  });

  test.each<[string, string | undefined, string]>([
    ['is gone', undefined, 'unreadable'],
    ['is no JSON', '{', 'not-json'],
    ['holds a mistake', '{"*":{"maxAttempts":0}}', 'invalid'],
  ])('that %s later leaves the policy before it, and says so once', async (_what, text, code) => {
    const { hybrid, clock } = open();
    const { state, read } = file();
    const heard: string[] = [];
    const watch = await watchPolicyFile('policy.json', hybrid, {
      clock,
      read,
      onChange: (outcome) => heard.push(outcome.isOk() ? 'changed' : outcome.error.code),
    });
    state.text = text;
    await clock.advance(999);
    expect(heard).toEqual([code]);
    state.text = '{"*":{"maxAttempts":1}}';
    await clock.advance(999);
    expect(heard).toEqual([code, 'changed']);
    expect(hybrid.policy.current['*']?.maxAttempts).toBe(1);
    watch._unsafeUnwrap().close();
  });

  test('that is wrong at the start is an error, and nothing is watched', async () => {
    const { hybrid, clock } = open();
    const { state, read } = file();
    state.text = undefined;
    const problem = (await watchPolicyFile('policy.json', hybrid, { clock, read }))._unsafeUnwrapErr();
    expect(problem.code).toBe('unreadable');
    expect(clock.armed()).toBe(0);
  });

  test('is not read any more once the watch is closed, and holds no process', async () => {
    const { hybrid, clock } = open();
    const { state, read } = file();
    const watch = (await watchPolicyFile('policy.json', hybrid, { clock, read }))._unsafeUnwrap();
    expect(clock.holding()).toBe(0);
    watch.close();
    watch.close();
    state.text = '{"*":{"order":["mcp"]}}';
    await clock.advance(999);
    expect(hybrid.policy.current).toEqual({});
    expect(clock.armed()).toBe(0);
  });
});
