import { createFakeLayer, type FakeAnswers } from '@hybrid-supabase/contract-tests';
import type { Call, OperationSemantics } from '@hybrid-supabase/core';
import { ok, type Result } from 'neverthrow';
import { createHybrid, type HybridOptions, type RoutingEvent, type RoutingPolicy } from '../src/index.js';
import { createManualClock, settled } from './manual-clock.js';

const result = { columns: [], rows: [{ id: 1 }], rowCount: 1 };
const answers: FakeAnswers = {
  'buckets.list': () => [],
  'files.exists': () => true,
  'files.remove': () => ({ removed: [], missing: [] }),
  'sql.read': () => result,
  'sql.write': () => result,
};
/** The table is the last word of the statement, which is enough for a test. */
const tableOf = (text: string) => [`table:${text.split(' ').at(-1)}`];
const semantics: OperationSemantics = {
  questions: {},
  tags: { 'sql.read': ({ text }) => tableOf(text), 'sql.write': async ({ text }) => tableOf(text) },
};
const read = (table: string) => ({ text: `select id from ${table}`, values: [] });
const write = (table: string) => ({ text: `delete from ${table}`, values: [] });

function open(
  policy: RoutingPolicy = { '*': { reads: { cache: { ttlMs: 1_000 } } } },
  more: Partial<HybridOptions> = {},
) {
  const clock = createManualClock();
  const events: RoutingEvent[] = [];
  const layer = createFakeLayer({ name: 'mcp', answers });
  const report = (event: RoutingEvent) => events.push(event);
  const hybrid = createHybrid({ layers: [layer], clock, policy, semantics, random: () => 1, report, ...more });
  const sent = () => layer.received.map(({ operation }) => operation);
  return { clock, layer, hybrid, sent, events };
}

test('nothing is kept where the policy does not say so', async () => {
  const { hybrid, sent } = open({});
  for (let call = 0; call < 2; call += 1) await hybrid.sql.read(read('orders'));
  expect(sent()).toEqual(['sql.read', 'sql.read']);
});

test('a cached read makes no layer call, and its trail and event say so', async () => {
  const { hybrid, sent, clock, events } = open();
  await hybrid.sql.read(read('orders'));
  await clock.advance(10);
  const served = (await hybrid.sql.read(read('orders')))._unsafeUnwrap();
  expect(sent()).toEqual(['sql.read']);
  expect(served).toEqual({
    data: result,
    layer: 'mcp',
    trail: [{ layer: 'mcp', did: 'served', ms: 0, why: 'From the cache, 10 ms old: nothing was sent.' }],
  });
  expect(events.at(-1)).toMatchObject({ type: 'call-ended', cached: true, call: 2 });
});

test('explain says of an input whether it would be answered from the cache, and where nothing is cached nothing', async () => {
  const { hybrid, sent, clock } = open();
  const isCached = (table: string) => hybrid.explain('sql.read', read(table)).cached;
  expect(isCached('orders')).toBe(false);
  await hybrid.sql.read(read('orders'));
  expect([isCached('orders'), isCached('customers'), hybrid.explain('buckets.list').cached]).toEqual([
    true,
    false,
    false,
  ]);
  await hybrid.buckets.list();
  expect(hybrid.explain('buckets.list').cached).toBe(true);
  await clock.advance(1_000);
  expect(isCached('orders')).toBe(false);
  expect(sent()).toEqual(['sql.read', 'buckets.list']);
  expect(open({}).hybrid.explain('sql.read', read('orders'))).not.toHaveProperty('cached');
});

test('after a write that touches its tag the next read makes a call', async () => {
  const { hybrid, sent } = open();
  await hybrid.sql.read(read('orders'));
  await hybrid.sql.write(write('orders'));
  await hybrid.sql.read(read('orders'));
  expect(sent()).toEqual(['sql.read', 'sql.write', 'sql.read']);
});

test('a write to something else drops nothing', async () => {
  const { hybrid, sent } = open();
  await hybrid.sql.read(read('orders'));
  await hybrid.sql.write(write('customers'));
  await hybrid.sql.read(read('orders'));
  expect(sent()).toEqual(['sql.read', 'sql.write']);
});

test('what reads the same table through another port is dropped too', async () => {
  const { hybrid, sent } = open();
  await hybrid.sql.read(read('objects'));
  await hybrid.files.remove({ bucket: 'b', paths: ['p'] });
  await hybrid.sql.read(read('objects'));
  expect(sent()).toEqual(['sql.read', 'files.remove', 'sql.read']);
});

test.each<[string, OperationSemantics]>([
  ['are not known', { questions: {}, tags: { 'sql.read': ({ text }) => tableOf(text) } }],
  [
    'cannot be told',
    {
      questions: {},
      tags: {
        'sql.read': ({ text }) => tableOf(text),
        'sql.write': () => {
          throw new Error('defect');
        },
      },
    },
  ],
])('a write whose tags %s drops everything', async (_what, own) => {
  const { hybrid, sent } = open(undefined, { semantics: own });
  await hybrid.sql.read(read('orders'));
  await hybrid.sql.write(write('customers'));
  await hybrid.sql.read(read('orders'));
  expect(sent()).toEqual(['sql.read', 'sql.write', 'sql.read']);
});

test('a read whose tags are not known is never kept', async () => {
  const { hybrid, sent } = open(undefined, { semantics: { questions: {} } });
  for (let call = 0; call < 2; call += 1) await hybrid.sql.read(read('orders'));
  expect(sent()).toHaveLength(2);
});

test('a lost write drops what it may have touched, and one that surely did nothing drops nothing', async () => {
  const { hybrid, layer, sent, clock } = open({ '*': { maxAttempts: 1, reads: { cache: { ttlMs: 60_000 } } } });
  await hybrid.sql.read(read('orders'));
  layer.breakBackend('refuses', { operation: 'sql.write', times: 1 });
  await hybrid.sql.write(write('orders'));
  await hybrid.sql.read(read('orders'));
  layer.breakBackend('dies', { operation: 'sql.write', times: 1 });
  const lost = hybrid.sql.write(write('orders'));
  await clock.advance(10_000);
  expect((await lost).isErr()).toBe(true);
  await hybrid.sql.read(read('orders'));
  expect(sent()).toEqual(['sql.read', 'sql.write', 'sql.read']);
});

test('an answer is good for its time and no longer', async () => {
  const { hybrid, sent, clock } = open();
  await hybrid.sql.read(read('orders'));
  await clock.advance(999);
  await hybrid.sql.read(read('orders'));
  expect(sent()).toHaveLength(1);
  await clock.advance(1);
  await hybrid.sql.read(read('orders'));
  expect(sent()).toHaveLength(2);
});

test('it is bounded: what was kept longest makes room', async () => {
  const { hybrid, sent } = open({ '*': { cacheEntries: 2, reads: { cache: { ttlMs: 1_000 } } } });
  for (const table of ['a', 'b', 'c', 'c', 'b', 'a']) await hybrid.sql.read(read(table));
  expect(sent()).toHaveLength(4);
});

test('an answer that was asked for anew is the youngest again', async () => {
  const { hybrid, sent, clock } = open({ '*': { cacheEntries: 2, reads: { cache: { ttlMs: 1_000 } } } });
  await hybrid.sql.read(read('a'));
  await hybrid.sql.read(read('b'));
  await clock.advance(1_000);
  for (const table of ['a', 'c', 'a']) await hybrid.sql.read(read(table));
  expect(sent()).toHaveLength(4);
});

test('inputs that differ are kept apart, and the order of members makes no difference', async () => {
  const { hybrid, sent } = open();
  await hybrid.sql.read({ text: 'select 1 from t', values: [1, 2n, '2', new Date(0)] });
  await hybrid.sql.read({ values: [1, 2n, '2', new Date(0)], text: 'select 1 from t' });
  expect(sent()).toHaveLength(1);
  await hybrid.sql.read({ text: 'select 1 from t', values: [1, '2n', '2', new Date(0)] });
  expect(sent()).toHaveLength(2);
});

test('what is kept cannot be changed by those who were given it', async () => {
  const { hybrid } = open();
  const { data } = (await hybrid.sql.read(read('orders')))._unsafeUnwrap();
  expect(Object.isFrozen(data.rows[0])).toBe(true);
});

/** A layer whose reads wait until they are let go. */
function slow(more: Partial<HybridOptions> = {}) {
  const gates: (() => void)[] = [];
  let reads = 0;
  const signals: AbortSignal[] = [];
  const waits = (_statement: unknown, { signal }: Call) =>
    new Promise<Result<typeof result, never>>((resolve) => {
      reads += 1;
      signals.push(signal);
      gates.push(() => resolve(ok(result)));
    });
  const layer = createFakeLayer({ name: 'mcp', answers: { ...answers, 'sql.read': waits } });
  return {
    ...open(undefined, { layers: [layer], ...more }),
    reads: () => reads,
    stopped: () => signals.map(({ aborted }) => aborted),
    letGo: () => gates.splice(0).forEach((go) => go()),
  };
}

describe('equal reads at the same time', () => {
  test('make one layer call', async () => {
    const { hybrid, reads, letGo } = slow();
    const pending = [1, 2, 3].map(() => hybrid.sql.read(read('orders')));
    await settled();
    letGo();
    const served = (await Promise.all(pending)).map((one) => one._unsafeUnwrap());
    expect(reads()).toBe(1);
    expect(served.map(({ trail }) => trail[0]?.why)).toEqual([
      undefined,
      'Shared with an equal read that was under way.',
      'Shared with an equal read that was under way.',
    ]);
  });

  test('one that was under way when a write touched its tag is neither joined nor kept', async () => {
    const { hybrid, reads, letGo } = slow();
    const before = hybrid.sql.read(read('orders'));
    await settled();
    await hybrid.sql.write(write('orders'));
    const after = hybrid.sql.read(read('orders'));
    await settled();
    expect(reads()).toBe(2);
    letGo();
    await Promise.all([before, after]);
    await hybrid.sql.read(read('orders'));
    expect(reads()).toBe(2);
  });

  test('the answer of one that a write has overtaken is not kept, even when nobody has asked since', async () => {
    const { hybrid, reads, letGo } = slow();
    const before = hybrid.sql.read(read('orders'));
    await settled();
    await hybrid.sql.write(write('orders'));
    letGo();
    await before;
    const after = hybrid.sql.read(read('orders'));
    await settled();
    letGo();
    await after;
    expect(reads()).toBe(2);
  });

  test('one caller who stops leaves the others their answer', async () => {
    const { hybrid, letGo } = slow();
    const stop = new AbortController();
    const first = hybrid.sql.read(read('orders'), { signal: stop.signal });
    const second = hybrid.sql.read(read('orders'));
    await settled();
    stop.abort();
    expect((await first)._unsafeUnwrapErr()).toMatchObject({ kind: 'cancelled', effect: 'none' });
    letGo();
    expect((await second).isOk()).toBe(true);
  });

  test('when the last caller stops, so does the read, and the next one starts its own', async () => {
    const { hybrid, reads, letGo, stopped } = slow();
    const stop = new AbortController();
    const first = hybrid.sql.read(read('orders'), { signal: stop.signal });
    await settled();
    stop.abort();
    await first;
    expect(stopped()).toEqual([true]);
    const second = hybrid.sql.read(read('orders'));
    await settled();
    expect(reads()).toBe(2);
    letGo();
    expect((await second).isOk()).toBe(true);
  });

  test.each([0, 1, 2, 3, 4, 5, 6, 7, 8])(
    'who comes %i turns after the last caller stopped is not stopped with it',
    async (turns) => {
      const { hybrid, letGo } = slow();
      const stop = new AbortController();
      const first = hybrid.sql.read(read('orders'), { signal: stop.signal });
      await settled();
      stop.abort();
      for (let turn = 0; turn < turns; turn += 1) await undefined;
      const second = hybrid.sql.read(read('orders'));
      await settled();
      letGo();
      expect([(await first).isErr(), (await second).isOk()]).toEqual([true, true]);
    },
  );

  test('a caller who has stopped before sends nothing', async () => {
    const { hybrid, reads } = slow();
    const stopped = await hybrid.sql.read(read('orders'), { signal: AbortSignal.abort() });
    expect(stopped._unsafeUnwrapErr()).toMatchObject({ kind: 'cancelled', effect: 'none' });
    await settled();
    expect(reads()).toBe(0);
  });

  test('each waits within its own time, and one with more time than the first asks again', async () => {
    const { hybrid, reads, clock, letGo } = slow();
    const long = hybrid.sql.read(read('orders'), { timeoutMs: 1_000 });
    const short = hybrid.sql.read(read('orders'), { timeoutMs: 100 });
    const longer = hybrid.sql.read(read('orders'), { timeoutMs: 5_000 });
    await clock.advance(100);
    expect((await short)._unsafeUnwrapErr().kind).toBe('timed-out');
    await clock.advance(900);
    expect((await long)._unsafeUnwrapErr().kind).toBe('timed-out');
    await settled();
    expect(reads()).toBe(2);
    letGo();
    expect((await longer).isOk()).toBe(true);
  });

  test('closing the door ends those who wait', async () => {
    const { hybrid } = slow();
    const pending = [1, 2].map(() => hybrid.sql.read(read('orders')));
    await settled();
    await hybrid.close();
    for (const outcome of await Promise.all(pending)) expect(outcome._unsafeUnwrapErr().kind).toBe('cancelled');
  });
});

describe('an old answer in place of an error', () => {
  const policy: RoutingPolicy = { '*': { reads: { cache: { ttlMs: 1_000, staleIfErrorMs: 60_000 } } } };

  test('is given when asked for, and the trail tells of both', async () => {
    const { hybrid, layer, clock } = open(policy);
    await hybrid.sql.read(read('orders'));
    await clock.advance(2_000);
    layer.breakBackend('refuses');
    const pending = hybrid.sql.read(read('orders'));
    await clock.advance(10_000);
    const served = (await pending)._unsafeUnwrap();
    expect(served.data).toEqual(result);
    expect(served.trail.map(({ did }) => did)).toEqual(['failed', 'failed', 'failed', 'served']);
  });

  test('is not given where the policy does not say so', async () => {
    const { hybrid, layer, clock } = open();
    await hybrid.sql.read(read('orders'));
    await clock.advance(2_000);
    layer.breakBackend('refuses');
    const pending = hybrid.sql.read(read('orders'));
    await clock.advance(10_000);
    expect((await pending).isErr()).toBe(true);
  });

  test.each(['denied', 'not-found', 'unexpected'] as const)(
    "is not given when the backend's own answer is %s",
    async (kind) => {
      const { hybrid, layer, clock } = open(policy);
      await hybrid.sql.read(read('orders'));
      await clock.advance(2_000);
      layer.failWith({ kind, effect: 'none', message: 'No.' });
      expect((await hybrid.sql.read(read('orders')))._unsafeUnwrapErr().kind).toBe(kind);
    },
  );
});
