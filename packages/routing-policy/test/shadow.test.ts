import { createFakeLayer, type FakeAnswers } from '@hybrid-supabase/contract-tests';
import type { SqlResult } from '@hybrid-supabase/core';
import { createHybrid, type HybridOptions, type RoutingEvent, type ShadowRule } from '../src/index.js';
import { createManualClock, settled } from './manual-clock.js';

const secret = 'a row that nobody may see';
const rows = (n: unknown): SqlResult => ({ columns: [], rows: [{ n, secret }], rowCount: 1 });
const statement = { text: 'select 1', values: [] };
const named = (name: string, answers: FakeAnswers, more: object = {}) =>
  createFakeLayer({ name, answers, sharedFate: ['postgres'], ...more });

function open(
  answers: readonly [FakeAnswers, FakeAnswers],
  more: Partial<ShadowRule> = {},
  options: Partial<HybridOptions> = {},
) {
  const clock = createManualClock();
  const events: RoutingEvent[] = [];
  const [mcp, supabase] = [named('mcp', answers[0]), named('supabase', answers[1])];
  const shadow: ShadowRule = { layer: 'supabase', share: 1, ...more };
  const hybrid = createHybrid({
    layers: [mcp, supabase],
    clock,
    random: () => 0.5,
    report: (event) => events.push(event),
    policy: { '*': { reads: { shadow } } },
    ...options,
  });
  const found = () => hybrid.shadows().map(({ operation: _operation, ...counts }) => counts);
  const told = () => events.filter(({ type }) => type === 'shadow-compared');
  return { hybrid, clock, mcp, supabase, found, told };
}
const none = { same: 0, different: 0, noise: 0, notCompared: 0 };
const equal = (n: unknown): FakeAnswers => ({ 'sql.read': () => rows(n), 'sql.write': () => rows(n) });

test('a sampled read is compared with the other layer, and an equal answer counts as the same', async () => {
  const { hybrid, found, mcp, supabase } = open([equal(1), equal(1)]);
  await hybrid.sql.read(statement);
  await settled();
  expect(found()).toEqual([{ ...none, same: 1 }]);
  expect([mcp.sent(), supabase.sent()]).toEqual([1, 1]);
});

test('what the other layer itself has answered is not compared with itself', async () => {
  const { hybrid, found, supabase } = open([equal(1), equal(1)]);
  hybrid.isolate('mcp');
  expect((await hybrid.sql.read(statement))._unsafeUnwrap().layer).toBe('supabase');
  await settled();
  expect([found(), supabase.sent()]).toEqual([[], 1]);
});

test('the caller does not wait for it, whatever it does', async () => {
  const { hybrid, supabase, clock, found } = open([equal(1), equal(1)]);
  supabase.breakBackend('hangs');
  expect((await hybrid.sql.read(statement))._unsafeUnwrap()).toMatchObject({
    layer: 'mcp',
    trail: [{ did: 'served' }],
  });
  await clock.advance(40_000);
  expect(found()).toEqual([{ ...none, notCompared: 1 }]);
});

test('a difference is told by digests, never by data', async () => {
  const { hybrid, found, told } = open([equal(1), equal(2)]);
  await hybrid.sql.read(statement);
  await settled();
  await settled();
  expect(found()).toEqual([{ ...none, different: 1 }]);
  const [event] = told();
  expect(event).toMatchObject({ likeness: 'different', layer: 'mcp', against: 'supabase' });
  expect(JSON.stringify(event)).not.toContain(secret);
  expect(event && 'digests' in event && new Set(event.digests).size).toBe(2);
});

test('a difference that the first layer shows against itself as well is noise', async () => {
  let n = 0;
  const { hybrid, found } = open([{ 'sql.read': () => rows((n += 1)) }, equal('other')]);
  await hybrid.sql.read(statement);
  await settled();
  await settled();
  expect(found()).toEqual([{ ...none, noise: 1 }]);
});

test('members that may differ are left aside', async () => {
  const { hybrid, found } = open([equal(1), equal(2)], { ignore: ['n'] });
  await hybrid.sql.read(statement);
  await settled();
  expect(found()).toEqual([{ ...none, same: 1 }]);
});

test("the operation's own equality outranks the comparison of members", async () => {
  const semantics = {
    questions: {},
    equal: { 'sql.read': (one: SqlResult, other: SqlResult) => one.rowCount === other.rowCount },
  };
  const { hybrid, found } = open([equal(1), equal(2)], {}, { semantics });
  await hybrid.sql.read(statement);
  await settled();
  expect(found()).toEqual([{ ...none, same: 1 }]);
});

test('a write is never compared', async () => {
  const { hybrid, found, supabase } = open([equal(1), equal(1)]);
  await hybrid.sql.write(statement);
  await settled();
  expect(found()).toEqual([]);
  expect(supabase.sent()).toBe(0);
});

test('only a share is compared, and never more at a time than allowed', async () => {
  const none = open([equal(1), equal(1)], { share: 0.5 });
  await none.hybrid.sql.read(statement);
  await settled();
  expect(none.supabase.sent()).toBe(0);
  const few = open([equal(1), equal(1)], { maxInFlight: 2 });
  few.supabase.breakBackend('hangs');
  for (let call = 0; call < 5; call += 1) await few.hybrid.sql.read(statement);
  expect(few.supabase.sent()).toBe(2);
  await few.hybrid.close();
});

describe('a rollout in its shadow stage', () => {
  const rollout = { order: ['supabase'], stage: 'shadow', canaryShare: 1, minimumSample: 3, dwellMs: 100 } as const;
  const policy = { 'sql.*': { rollout } };

  test('serves nobody by the new order and goes on once enough answers were the same', async () => {
    const { hybrid, clock } = open([equal(1), equal(1)], {}, { policy });
    for (let call = 0; call < 3; call += 1) {
      await clock.advance(50);
      expect((await hybrid.sql.read(statement))._unsafeUnwrap().layer).toBe('mcp');
      await settled();
    }
    expect(hybrid.rollouts()).toMatchObject([{ stage: 'canary' }]);
  });

  test('goes back at once when an answer differs', async () => {
    const { hybrid } = open([equal(1), equal(2)], {}, { policy });
    await hybrid.sql.read(statement);
    await settled();
    await settled();
    expect(hybrid.rollouts()).toMatchObject([
      { stage: 'off', history: [{ why: 'supabase answers sql.read differently.' }] },
    ]);
  });
});
