import { getEventListeners, setMaxListeners } from 'node:events';
import type { Bucket, Layer, OperationSemantics, TrailEntry } from '@hybrid-supabase/core';
import {
  createFakeLayer,
  type FakeAnswers,
  type FakeLayer,
  type FakeLayerOptions,
} from '@hybrid-supabase/contract-tests';
import { createHybrid, type HybridOptions, type RoutingEvent } from '../src/index.js';
import { createManualClock, settled } from './manual-clock.js';

const bucket: Bucket = {
  id: 'photos',
  public: false,
  fileSizeLimit: null,
  allowedMimeTypes: null,
  createdAt: '2026-11-22T00:00:00Z',
};
const statement = { text: 'insert into t values ($1)', values: [1] };
const result = { columns: [], rows: [], rowCount: 1 };
const key = { idempotencyKey: 'order-7' };

const edges = { mcp: 'mcp-edge', supabase: 'rest-api', postgres: 'postgres' } as const;
const layerNamed = (name: keyof typeof edges, answers: FakeAnswers, more: FakeLayerOptions = {}): FakeLayer =>
  createFakeLayer({ name, answers, sharedFate: [edges[name], 'postgres'], ...more });

const both = (answers: FakeAnswers) => [layerNamed('mcp', answers), layerNamed('supabase', answers)] as const;

function open(layers: readonly Layer[], options: Omit<HybridOptions, 'layers'> = {}) {
  const clock = createManualClock();
  let ids = 0;
  const events: RoutingEvent[] = [];
  const hybrid = createHybrid({
    layers,
    clock,
    newId: () => `attempt-${(ids += 1)}`,
    random: () => 0.5,
    report: (event) => events.push(event),
    ...options,
  });
  /** Lets everything happen that has to, time included. */
  const end = async <T>(pending: PromiseLike<T>, ms = 60_000): Promise<T> => {
    await clock.advance(ms);
    return pending;
  };
  return { hybrid, clock, events, end };
}

const brief = (trail: readonly TrailEntry[]) =>
  trail.map(({ layer, did, kind, reason }) => [layer, did, kind ?? reason].filter(Boolean).join(' '));

/** A ledger as SQL keeps it: settle fences, or says that it happened. */
const settleBy = (state: 'fenced' | 'happened'): OperationSemantics => ({
  questions: {
    'sql.write': async (_input, { ask, attemptIds, idempotencyKey }) => {
      if (idempotencyKey === undefined)
        return { verdict: 'cannot-tell', why: 'Without a key there is nothing to look for.' };
      const found = await ask('sql.settle', { key: idempotencyKey, digest: 'd', attemptIds });
      if (found.isErr()) return { verdict: 'cannot-tell', why: 'The ledger could not be reached.' };
      if (state === 'happened') return { verdict: 'happened', value: result };
      return { verdict: 'cannot-happen', why: 'It is fenced.' };
    },
  },
});
const ledger: FakeAnswers = { 'sql.write': () => result, 'sql.settle': () => ({ state: 'fenced' }) };

describe('the order of layers', () => {
  test('the first layer that can serve does, and the trail says so', async () => {
    const { hybrid, end } = open(both({ 'buckets.list': () => [bucket] }));
    const served = (await end(hybrid.buckets.list()))._unsafeUnwrap();
    expect(served).toEqual({
      data: [bucket],
      layer: 'mcp',
      trail: [{ layer: 'mcp', did: 'served', ms: 0, attempt: 1 }],
    });
  });

  test('a layer that let the time run out is asked again when there is nobody else', async () => {
    const mcp = layerNamed('mcp', { 'sql.read': () => result });
    mcp.breakBackend('hangs', { times: 1 });
    const { hybrid, end } = open([mcp], { policy: { '*': { attemptTimeoutMs: 100 } } });
    const served = (await end(hybrid.sql.read(statement)))._unsafeUnwrap();
    expect(brief(served.trail)).toEqual(['mcp failed timed-out', 'mcp served']);
  });

  test('layers that the policy does not name come after those it names', async () => {
    const layers = [layerNamed('postgres', {}), ...both({ 'sql.read': () => result })];
    const { hybrid, end } = open([
      createFakeLayer({ name: 'other', answers: { 'sql.read': () => result } }),
      ...layers.slice(1),
    ]);
    expect((await end(hybrid.sql.read(statement)))._unsafeUnwrap().layer).toBe('mcp');
    await hybrid.close();
  });

  test('what lacks the port or the operation is passed over, with the reason of the layer', async () => {
    const mcp = layerNamed(
      'mcp',
      { 'buckets.list': () => [] },
      { lacks: { 'buckets.empty': 'It would leave the bytes behind.' } },
    );
    const { hybrid, end } = open([mcp, layerNamed('supabase', { 'buckets.empty': () => undefined })]);
    const served = (await end(hybrid.buckets.empty({ id: 'photos' })))._unsafeUnwrap();
    expect(served.layer).toBe('supabase');
    expect(served.trail[0]).toEqual({
      layer: 'mcp',
      did: 'skipped',
      ms: 0,
      reason: 'capability',
      why: 'It would leave the bytes behind.',
    });
  });

  test('an operation that no layer has is no-layer: nothing was sent, and the hint says who and why', async () => {
    const { hybrid, end } = open(both({ 'sql.read': () => result }));
    const error = (await end(hybrid.files.exists({ bucket: 'b', path: 'p' })))._unsafeUnwrapErr();
    expect(error).toMatchObject({ kind: 'no-layer', effect: 'none', operation: 'files.exists' });
    expect(error.hint).toBe('supabase: It has no such port. mcp: It has no such port.');
    expect(error).not.toHaveProperty('layer');
    expect(brief(error.trail)).toEqual(['supabase skipped capability', 'mcp skipped capability']);
  });
});

describe('reads', () => {
  test.each(['refuses', 'dies', 'garbles'] as const)('go on to the next layer when the first one %s', async (fault) => {
    const [mcp, supabase] = both({ 'buckets.list': () => [bucket] });
    mcp.breakBackend(fault);
    const { hybrid, end } = open([mcp, supabase]);
    const served = (await end(hybrid.buckets.list()))._unsafeUnwrap();
    expect(served.layer).toBe('supabase');
    expect(served.trail.map(({ layer, did }) => `${layer} ${did}`)).toEqual([
      'mcp failed',
      'mcp failed',
      'supabase served',
    ]);
  });

  test('a layer that hangs gets its share of the time, and the next one the rest', async () => {
    const [mcp, supabase] = both({ 'buckets.list': () => [bucket] });
    mcp.breakBackend('hangs');
    const { hybrid, end } = open([mcp, supabase]);
    const served = (await end(hybrid.buckets.list()))._unsafeUnwrap();
    expect(served.trail).toMatchObject([
      { layer: 'mcp', kind: 'timed-out', effect: 'unknown', ms: 15_000 },
      { layer: 'supabase', did: 'served', attempt: 2 },
    ]);
  });

  test("the backend's own answer is the answer", async () => {
    const [mcp, supabase] = both({ 'buckets.get': () => bucket });
    mcp.failWith({ kind: 'not-found', effect: 'none', message: 'No such bucket.' });
    const { hybrid, end } = open([mcp, supabase]);
    const error = (await end(hybrid.buckets.get({ id: 'x' })))._unsafeUnwrapErr();
    expect(error).toMatchObject({ kind: 'not-found', layer: 'mcp', effect: 'none', operation: 'buckets.get' });
    expect(brief(error.trail)).toEqual(['mcp failed not-found', 'supabase skipped not-needed']);
    expect(supabase.sent()).toBe(0);
  });

  test('when every door is shut the last error is returned, and every attempt is in the trail', async () => {
    const layers = both({ 'buckets.list': () => [] });
    for (const layer of layers) layer.breakBackend('refuses');
    const { hybrid, end } = open(layers);
    const error = (await end(hybrid.buckets.list()))._unsafeUnwrapErr();
    expect(error).toMatchObject({ kind: 'unavailable', layer: 'supabase', effect: 'none' });
    expect(brief(error.trail)).toEqual([
      'mcp failed unavailable',
      'mcp failed unavailable',
      'supabase failed unavailable',
    ]);
  });

  test('a layer with the push-back of a server is waited for as long as it says', async () => {
    const mcp = layerNamed('mcp', { 'buckets.list': () => [] });
    mcp.failWith({ kind: 'rate-limited', effect: 'none', message: 'Slow down.', retryAfterMs: 7_000 }, { times: 1 });
    const { hybrid, clock } = open([mcp]);
    const pending = hybrid.buckets.list();
    await clock.advance(6_999);
    expect(mcp.received).toHaveLength(1);
    await clock.advance(1);
    expect((await pending).isOk()).toBe(true);
  });

  test('a push-back that does not fit into the deadline sends the call to the next layer at once', async () => {
    const [mcp, supabase] = both({ 'buckets.list': () => [] });
    mcp.failWith({ kind: 'rate-limited', effect: 'none', message: 'Slow down.', retryAfterMs: 60_000 });
    const { hybrid, end } = open([mcp, supabase]);
    expect((await end(hybrid.buckets.list(), 0))._unsafeUnwrap().layer).toBe('supabase');
  });

  test('a long push-back is not waited for while another layer could serve', async () => {
    const [mcp, supabase] = both({ 'buckets.list': () => [] });
    mcp.failWith({ kind: 'rate-limited', effect: 'none', message: 'Slow down.', retryAfterMs: 5_000 });
    const { hybrid, end } = open([mcp, supabase]);
    expect((await end(hybrid.buckets.list(), 0))._unsafeUnwrap().layer).toBe('supabase');
  });

  test('a push-back that does not fit, with nobody else to ask, ends the call at once and says how long', async () => {
    const mcp = layerNamed('mcp', { 'buckets.list': () => [] });
    mcp.failWith({ kind: 'rate-limited', effect: 'none', message: 'Slow down.', retryAfterMs: 60_000 });
    const { hybrid, end } = open([mcp]);
    const error = (await end(hybrid.buckets.list(), 0))._unsafeUnwrapErr();
    expect(error).toMatchObject({ kind: 'rate-limited', retryAfterMs: 60_000 });
  });

  test('no attempt is kept for a layer that can never be asked', async () => {
    const mcp = layerNamed('mcp', { 'buckets.list': () => [] });
    mcp.failWith({ kind: 'unavailable', effect: 'none', message: 'Shut.' });
    const { hybrid, end } = open([mcp, layerNamed('supabase', { 'sql.read': () => result })]);
    await end(hybrid.buckets.list());
    expect(mcp.received).toHaveLength(3);
  });

  test.each(['unauthorized', 'unsupported'] as const)('%s is not tried again on the same layer', async (kind) => {
    const mcp = layerNamed('mcp', { 'buckets.list': () => [] });
    mcp.failWith({ kind, effect: 'none', message: 'No.' });
    const { hybrid, end } = open([mcp]);
    expect((await end(hybrid.buckets.list()))._unsafeUnwrapErr().kind).toBe(kind);
    expect(mcp.received).toHaveLength(1);
  });
});

describe('shared fate', () => {
  const starting = {
    kind: 'unavailable',
    effect: 'none',
    message: 'The database is starting up.',
    fault: 'postgres',
  } as const;

  test('a fault of the database is not escaped into another door of the same database', async () => {
    const [mcp, supabase] = both({ 'sql.read': () => result });
    mcp.failWith(starting);
    const { hybrid, end } = open([mcp, supabase]);
    const error = (await end(hybrid.sql.read(statement)))._unsafeUnwrapErr();
    expect(supabase.sent()).toBe(0);
    expect(error.trail.at(-1)).toMatchObject({
      layer: 'supabase',
      reason: 'shared-fate',
      why: 'It stands on postgres too, which mcp found at fault.',
    });
  });

  test('the layer that found it may try again', async () => {
    const [mcp, supabase] = both({ 'sql.read': () => result });
    mcp.failWith(starting, { times: 2 });
    const { hybrid, end } = open([mcp, supabase]);
    expect((await end(hybrid.sql.read(statement)))._unsafeUnwrap()).toMatchObject({ layer: 'mcp' });
    expect(mcp.received).toHaveLength(3);
  });

  test('a fault of unknown origin rules out nobody else', async () => {
    const [mcp, supabase] = both({ 'sql.read': () => result });
    mcp.breakBackend('refuses');
    const { hybrid, end } = open([mcp, supabase]);
    expect((await end(hybrid.sql.read(statement)))._unsafeUnwrap().layer).toBe('supabase');
  });
});

describe('authority', () => {
  const service = { authority: { role: 'service_role', readOnly: false } } as const;

  test('is never raised by a fallback', async () => {
    const supabase = layerNamed('supabase', { 'files.exists': () => true }, service);
    const mcp = layerNamed('mcp', { 'files.exists': () => true });
    supabase.breakBackend('refuses');
    const { hybrid, end } = open([mcp, supabase]);
    const error = (await end(hybrid.files.exists({ bucket: 'b', path: 'p' })))._unsafeUnwrapErr();
    expect(error).toMatchObject({ kind: 'unavailable', layer: 'supabase' });
    expect(mcp.sent()).toBe(0);
    expect(brief(error.trail)).toContain('mcp skipped authority');
  });

  test('is raised when the policy says so', async () => {
    const supabase = layerNamed('supabase', { 'files.exists': () => true }, service);
    const mcp = layerNamed('mcp', { 'files.exists': () => true });
    supabase.breakBackend('refuses');
    const { hybrid, end } = open([mcp, supabase], { policy: { 'files.*': { allowRaisedAuthority: true } } });
    expect((await end(hybrid.files.exists({ bucket: 'b', path: 'p' })))._unsafeUnwrap().layer).toBe('mcp');
  });

  test('switching the first choice off does not raise it', async () => {
    const supabase = layerNamed('supabase', { 'files.exists': () => true }, service);
    const mcp = layerNamed('mcp', { 'files.exists': () => true });
    const { hybrid, end } = open([mcp, supabase], { policy: { 'files.*': { disabledLayers: ['supabase'] } } });
    const error = (await end(hybrid.files.exists({ bucket: 'b', path: 'p' })))._unsafeUnwrapErr();
    expect(brief(error.trail)).toEqual(['supabase skipped disabled', 'mcp skipped authority']);
  });

  test('a read-only first choice means that nobody may write', async () => {
    const mcp = layerNamed('mcp', { 'sql.write': () => result }, { authority: { role: 'postgres', readOnly: true } });
    const supabase = layerNamed('supabase', { 'sql.write': () => result }, service);
    const { hybrid, end } = open([mcp, supabase]);
    const error = (await end(hybrid.sql.write(statement)))._unsafeUnwrapErr();
    expect(error).toMatchObject({ kind: 'no-layer', effect: 'none' });
    expect(brief(error.trail)).toEqual(['mcp skipped authority', 'supabase skipped authority']);
  });
});

describe('writes', () => {
  test('go to the next layer when nothing was sent', async () => {
    const [mcp, supabase] = both(ledger);
    mcp.breakBackend('refuses');
    const { hybrid, end } = open([mcp, supabase]);
    expect((await end(hybrid.sql.write(statement)))._unsafeUnwrap().layer).toBe('supabase');
  });

  test.each(['dies', 'garbles', 'hangs'] as const)(
    'a lost write is never sent again without a question (%s)',
    async (fault) => {
      const [mcp, supabase] = both(ledger);
      mcp.breakBackend(fault);
      const { hybrid, end } = open([mcp, supabase]);
      const error = (await end(hybrid.sql.write(statement, key)))._unsafeUnwrapErr();
      expect(error).toMatchObject({ kind: 'ambiguous', effect: 'unknown', layer: 'mcp' });
      expect(error.message).toContain('sqlSemantics');
      expect(error.hint).toBeDefined();
      expect([mcp.received.length, supabase.received.length]).toEqual([1, 0]);
      expect(brief(error.trail).at(-1)).toBe('supabase skipped not-needed');
    },
  );

  test('a lost write that happened is served once, by the layer that knew', async () => {
    const [mcp, supabase] = both(ledger);
    mcp.breakBackend('dies');
    const { hybrid, end } = open([mcp, supabase], { semantics: settleBy('happened') });
    const served = (await end(hybrid.sql.write(statement, key)))._unsafeUnwrap();
    expect(served).toMatchObject({ data: result, layer: 'supabase' });
    expect(served.trail).toMatchObject([
      { layer: 'mcp', did: 'failed', kind: 'interrupted', effect: 'unknown', attempt: 1 },
      { layer: 'supabase', did: 'reconciled', why: 'asked sql.settle; happened: its effect is there.' },
    ]);
    expect(supabase.received.map(({ operation }) => operation)).toEqual(['sql.settle']);
  });

  test('a fenced write is sent elsewhere, with a new attempt id and the same key', async () => {
    const [mcp, supabase] = both(ledger);
    mcp.breakBackend('dies', { operation: 'sql.write' });
    const { hybrid, end } = open([mcp, supabase], {
      semantics: settleBy('fenced'),
      policy: { '*': { maxAttempts: 2 } },
    });
    const served = (await end(hybrid.sql.write(statement, key)))._unsafeUnwrap();
    expect(served.layer).toBe('supabase');
    const [settle, write] = supabase.received;
    expect(settle).toMatchObject({
      operation: 'sql.settle',
      input: { key: 'order-7', attemptIds: [mcp.received[0]!.attemptId] },
    });
    expect(write).toMatchObject({ operation: 'sql.write', idempotencyKey: 'order-7' });
    expect(write!.attemptId).not.toBe(mcp.received[0]!.attemptId);
    expect(brief(served.trail)).toEqual(['mcp failed interrupted', 'supabase reconciled', 'supabase served']);
  });

  test('a fenced write that nobody can take ends as surely not done', async () => {
    const mcp = layerNamed('mcp', ledger);
    mcp.breakBackend('dies', { operation: 'sql.write' });
    const { hybrid, end } = open([mcp], { semantics: settleBy('fenced'), policy: { '*': { maxAttempts: 1 } } });
    const error = (await end(hybrid.sql.write(statement, key)))._unsafeUnwrapErr();
    expect(error).toMatchObject({
      kind: 'interrupted',
      effect: 'none',
      hint: 'It is settled that nothing happened: calling again is safe.',
    });
  });

  test.each<['cannot-happen' | 'refuses-twin', readonly string[]]>([
    ['cannot-happen', ['attempt-1', 'attempt-2']],
    ['refuses-twin', ['attempt-1', 'attempt-1 attempt-2']],
  ])('after %s a second question asks about what is still open, and about nothing else', async (verdict, about) => {
    const mcp = layerNamed('mcp', ledger);
    mcp.breakBackend('dies', { operation: 'sql.write', times: 2 });
    const asked: string[] = [];
    const semantics: OperationSemantics = {
      questions: {
        'sql.write': async (_input, { attemptIds }) => {
          asked.push(attemptIds.join(' '));
          return { verdict, why: 'As the table says.' };
        },
      },
    };
    const { hybrid, end } = open([mcp], { semantics });
    expect((await end(hybrid.sql.write(statement, key)))._unsafeUnwrap().layer).toBe('mcp');
    expect(asked).toEqual(about);
  });

  test('a question is repeated whatever the budget says, because a write waits for it', async () => {
    const mcp = layerNamed('mcp', ledger);
    mcp.breakBackend('dies', { operation: 'sql.write' });
    const busy = { kind: 'rate-limited', effect: 'none', message: 'Too many at once.' } as const;
    mcp.failWith(busy, { operation: 'sql.settle', times: 1 });
    const policy = { '*': { budget: { ratio: 0, floor: 0 } } };
    const { hybrid, end } = open([mcp], { semantics: settleBy('fenced'), policy });
    const error = (await end(hybrid.sql.write(statement, key)))._unsafeUnwrapErr();
    expect(error).toMatchObject({ kind: 'interrupted', effect: 'none' });
    expect(mcp.received.map(({ operation }) => operation)).toEqual(['sql.write', 'sql.settle', 'sql.settle']);
  });

  test('a verdict that needed nobody is in the trail all the same', async () => {
    const mcp = layerNamed('mcp', ledger);
    mcp.breakBackend('dies', { times: 1 });
    const semantics: OperationSemantics = {
      questions: { 'sql.write': async () => ({ verdict: 'cannot-happen', why: 'It was never accepted.' }) },
    };
    const { hybrid, end } = open([mcp], { semantics });
    const served = (await end(hybrid.sql.write(statement, key)))._unsafeUnwrap();
    expect(served.trail).toMatchObject([
      { layer: 'mcp', did: 'failed' },
      { layer: 'mcp', did: 'reconciled', why: 'cannot-happen: It was never accepted.' },
      { layer: 'mcp', did: 'served', attempt: 2 },
    ]);
  });

  test('without a key there is nothing to ask for: ambiguous', async () => {
    const [mcp, supabase] = both(ledger);
    mcp.breakBackend('dies');
    const { hybrid, end } = open([mcp, supabase], { semantics: settleBy('fenced') });
    const error = (await end(hybrid.sql.write(statement)))._unsafeUnwrapErr();
    expect(error).toMatchObject({ kind: 'ambiguous', effect: 'unknown' });
    expect(error.message).toContain('Without a key');
    expect(supabase.sent()).toBe(0);
  });

  test('a write that hangs to the end of its time is still settled, within a fixed grace', async () => {
    const mcp = layerNamed('mcp', ledger);
    mcp.breakBackend('hangs', { operation: 'sql.write' });
    const { hybrid, end } = open([mcp], { semantics: settleBy('happened') });
    expect((await end(hybrid.sql.write(statement, { ...key, timeoutMs: 1_000 })))._unsafeUnwrap().data).toBe(result);
  });

  test('a settlement that hangs ends as ambiguous within that grace', async () => {
    const mcp = layerNamed('mcp', ledger);
    mcp.breakBackend('hangs');
    const { hybrid, clock } = open([mcp], { semantics: settleBy('happened') });
    const pending = hybrid.sql.write(statement, { ...key, timeoutMs: 1_000 });
    await clock.advance(6_200);
    const error = (await pending)._unsafeUnwrapErr();
    expect(error.kind).toBe('ambiguous');
    expect(error.trail.at(-1)).toMatchObject({
      layer: 'mcp',
      did: 'failed',
      why: expect.stringContaining('asked sql.settle'),
    });
  });

  test.each<[string, OperationSemantics['questions']['sql.write']]>([
    [
      'throws',
      () => {
        throw new Error('defect');
      },
    ],
    ['rejects', () => Promise.reject(new Error('defect'))],
    ['answers nonsense', (async () => undefined) as never],
    ['never answers', () => new Promise(() => undefined)],
  ])('a question that %s is ambiguous and escapes nowhere', async (_how, question) => {
    const [mcp, supabase] = both(ledger);
    mcp.breakBackend('dies');
    const { hybrid, end } = open([mcp, supabase], { semantics: { questions: { 'sql.write': question! } } });
    expect((await end(hybrid.sql.write(statement, key)))._unsafeUnwrapErr()).toMatchObject({
      kind: 'ambiguous',
      effect: 'unknown',
    });
    expect(supabase.received).toHaveLength(0);
  });

  test("the backend's own answer with an unknown effect stays its answer, and nothing is sent again", async () => {
    const [mcp, supabase] = both(ledger);
    mcp.failWith({ kind: 'failed', effect: 'unknown', message: 'Cancelled half-way.' });
    const { hybrid, end } = open([mcp, supabase], { semantics: settleBy('fenced') });
    expect((await end(hybrid.sql.write(statement, key)))._unsafeUnwrapErr()).toMatchObject({
      kind: 'failed',
      effect: 'unknown',
    });
    expect([mcp.sent(), supabase.sent()]).toEqual([1, 0]);
  });

  test('a question that goes on after the call is over sends nothing any more', async () => {
    const [mcp, supabase] = both(ledger);
    mcp.breakBackend('dies', { operation: 'sql.write' });
    let goOn: () => void = () => undefined;
    let late: unknown;
    const waits = new Promise<void>((resolve) => (goOn = resolve));
    const semantics: OperationSemantics = {
      questions: {
        'sql.write': async (_input, { ask }) => {
          await waits;
          late = await ask('sql.settle', { key: 'k', digest: 'd', attemptIds: [] });
          return { verdict: 'cannot-tell', why: 'too late' };
        },
      },
    };
    const { hybrid, end } = open([mcp, supabase], { semantics });
    expect((await end(hybrid.sql.write(statement, key)))._unsafeUnwrapErr().kind).toBe('ambiguous');
    goOn();
    await settled();
    expect(late).toMatchObject({ error: { kind: 'cancelled', effect: 'none' } });
    expect(supabase.sent()).toBe(0);
  });

  test('a conflict that may be our own lost attempt is asked about, not returned', async () => {
    const created: FakeAnswers = { 'buckets.get': () => bucket, 'buckets.create': () => bucket };
    const [mcp, supabase] = both(created);
    mcp.breakBackend('dies', { operation: 'buckets.create' });
    const unseen = { kind: 'not-found', effect: 'none', message: 'No such bucket.' } as const;
    supabase.failWith(unseen, { operation: 'buckets.get', times: 1 });
    supabase.failWith(
      { kind: 'conflict', effect: 'none', message: 'The id is taken.' },
      { operation: 'buckets.create' },
    );
    const { hybrid, end } = open([mcp, supabase], { policy: { '*': { maxAttempts: 2 } } });
    const served = (await end(hybrid.buckets.create({ id: 'photos' })))._unsafeUnwrap();
    expect(served.data).toEqual(bucket);
    expect(brief(served.trail)).toEqual([
      'mcp failed interrupted',
      'supabase reconciled not-found',
      'supabase failed conflict',
      'mcp reconciled',
    ]);
  });

  test('a conflict without a lost attempt before it is the answer', async () => {
    const [mcp, supabase] = both({ 'buckets.create': () => bucket, 'buckets.get': () => bucket });
    mcp.failWith({ kind: 'conflict', effect: 'none', message: 'The id is taken.' });
    const { hybrid, end } = open([mcp, supabase]);
    expect((await end(hybrid.buckets.create({ id: 'photos' })))._unsafeUnwrapErr()).toMatchObject({
      kind: 'conflict',
      effect: 'none',
    });
    expect(mcp.received).toHaveLength(1);
  });

  test('a twin that may still come keeps the call ambiguous, even when the other doors are shut', async () => {
    const [mcp, supabase] = both({ 'buckets.get': () => bucket, 'buckets.create': () => bucket });
    mcp.breakBackend('dies', { operation: 'buckets.create' });
    for (const layer of [mcp, supabase])
      layer.failWith({ kind: 'not-found', effect: 'none', message: 'None.' }, { operation: 'buckets.get' });
    supabase.breakBackend('refuses', { operation: 'buckets.create' });
    const { hybrid, end } = open([mcp, supabase], { policy: { '*': { maxAttempts: 2 } } });
    const error = (await end(hybrid.buckets.create({ id: 'photos' })))._unsafeUnwrapErr();
    expect(error).toMatchObject({ kind: 'ambiguous', effect: 'unknown' });
  });
});

describe('layers that break the contract', () => {
  const broken: readonly [string, () => unknown][] = [
    [
      'throws',
      () => {
        throw new Error('defect');
      },
    ],
    ['rejects', () => Promise.reject(new Error('defect'))],
    ['resolves with nothing', async () => undefined],
    ['resolves with half a result', async () => ({ isOk: () => false })],
    [
      'resolves with an error of no known kind',
      async () => ({ isOk: () => false, error: { kind: 'toString', effect: 'none' } }),
    ],
    ['answers at once, not by a promise', () => 7],
  ];
  const brokenLayer = (method: () => unknown): Layer => {
    const healthy = layerNamed('mcp', { 'buckets.list': () => [], 'sql.write': () => result });
    const ports = {
      ...healthy.ports,
      buckets: { ...healthy.ports.buckets, list: method },
      sql: { ...healthy.ports.sql, write: method },
    };
    return { ...healthy, ports } as never;
  };

  test.each(broken)('one that %s is passed over by a read', async (_how, method) => {
    const { hybrid, end } = open([brokenLayer(method), layerNamed('supabase', { 'buckets.list': () => [bucket] })]);
    const served = (await end(hybrid.buckets.list()))._unsafeUnwrap();
    expect(served.layer).toBe('supabase');
    expect(served.trail[0]).toMatchObject({ layer: 'mcp', kind: 'invalid-reply', effect: 'unknown' });
  });

  test.each(broken)('one that %s leaves a write in doubt', async (_how, method) => {
    const supabase = layerNamed('supabase', { 'sql.write': () => result });
    const { hybrid, end } = open([brokenLayer(method), supabase]);
    expect((await end(hybrid.sql.write(statement)))._unsafeUnwrapErr()).toMatchObject({
      kind: 'ambiguous',
      effect: 'unknown',
    });
    expect(supabase.sent()).toBe(0);
  });
});

describe('the caller who stops', () => {
  test('before the call: nothing is sent and nothing happened', async () => {
    const [mcp, supabase] = both({ 'buckets.list': () => [] });
    const { hybrid, end } = open([mcp, supabase]);
    const error = (await end(hybrid.buckets.list({}, { signal: AbortSignal.abort() })))._unsafeUnwrapErr();
    expect(error).toMatchObject({ kind: 'cancelled', effect: 'none' });
    expect(mcp.sent()).toBe(0);
    expect(brief(error.trail)).toEqual(['mcp skipped not-needed', 'supabase skipped not-needed']);
  });

  test('in the middle of an attempt: it ends at once, nobody else is asked, and the effect is unknown', async () => {
    const [mcp, supabase] = both(ledger);
    mcp.breakBackend('hangs');
    const { hybrid } = open([mcp, supabase], { semantics: settleBy('fenced') });
    const stop = new AbortController();
    const pending = hybrid.sql.write(statement, { ...key, signal: stop.signal });
    await settled();
    stop.abort();
    expect((await pending)._unsafeUnwrapErr()).toMatchObject({ kind: 'cancelled', effect: 'unknown', layer: 'mcp' });
    expect(supabase.sent()).toBe(0);
  });

  test('between two attempts: the pause ends at once, and nothing happened', async () => {
    const mcp = layerNamed('mcp', ledger);
    mcp.failWith({ kind: 'rate-limited', effect: 'none', message: 'Slow down.', retryAfterMs: 9_000 });
    const { hybrid } = open([mcp]);
    const stop = new AbortController();
    const pending = hybrid.sql.write(statement, { signal: stop.signal });
    await settled();
    stop.abort();
    expect((await pending)._unsafeUnwrapErr()).toMatchObject({ kind: 'cancelled', effect: 'none', layer: 'mcp' });
  });

  test('at the very moment an attempt is lost: nothing more is asked', async () => {
    const [mcp, supabase] = both(ledger);
    mcp.breakBackend('dies');
    const stop = new AbortController();
    const report = (event: RoutingEvent) => event.type === 'attempt-ended' && stop.abort();
    const { hybrid, end } = open([mcp, supabase], { semantics: settleBy('happened'), report });
    const error = (await end(hybrid.sql.write(statement, { ...key, signal: stop.signal })))._unsafeUnwrapErr();
    expect(error).toMatchObject({ kind: 'cancelled', effect: 'unknown', layer: 'mcp' });
    expect(supabase.sent()).toBe(0);
  });

  test('a signal that outlives many calls gathers no listeners', async () => {
    const mcp = layerNamed('mcp', { 'buckets.list': () => [] });
    mcp.failWith({ kind: 'unavailable', effect: 'none', message: 'Shut.' }, { times: 1 });
    const { hybrid, end } = open([mcp]);
    const { signal } = new AbortController();
    await end(hybrid.buckets.list({}, { signal }));
    expect(getEventListeners(signal, 'abort')).toEqual([]);
  });

  test.each<[string, number | undefined, number]>([
    ['and Node warns of nothing', undefined, 0],
    ['and a limit of listeners of its own stays', 3, 1],
    ['and so does one of none', 0, 0],
  ])('of many calls at once: all end, %s', async (_what, limit, expected) => {
    const [mcp] = both({ 'buckets.list': () => [] });
    mcp.breakBackend('hangs');
    const { hybrid } = open([mcp]);
    let warnings = 0;
    const onWarning = ({ name }: Error): void => void (warnings += Number(name === 'MaxListenersExceededWarning'));
    process.on('warning', onWarning);
    const stop = new AbortController();
    if (limit !== undefined) setMaxListeners(limit, stop.signal);
    const pending = Array.from({ length: 30 }, () => hybrid.buckets.list({}, { signal: stop.signal }));
    await settled();
    stop.abort();
    const outcomes = await Promise.all(pending);
    process.off('warning', onWarning);
    expect(outcomes.filter((outcome) => outcome.isErr() && outcome.error.kind === 'cancelled')).toHaveLength(30);
    expect(warnings).toBe(expected);
  });

  test('in the middle of a settlement: cancelled, and still in doubt', async () => {
    const [mcp, supabase] = both(ledger);
    mcp.breakBackend('dies', { operation: 'sql.write' });
    supabase.breakBackend('hangs');
    const { hybrid } = open([mcp, supabase], { semantics: settleBy('fenced') });
    const stop = new AbortController();
    const pending = hybrid.sql.write(statement, { ...key, signal: stop.signal });
    await settled();
    expect(supabase.sent()).toBe(1);
    stop.abort();
    expect((await pending)._unsafeUnwrapErr()).toMatchObject({ kind: 'cancelled', effect: 'unknown' });
  });
});

describe('closing', () => {
  test('closes every layer, even when one fails to, and only once', async () => {
    const closed: string[] = [];
    const one = {
      ...layerNamed('mcp', ledger),
      close: async () => {
        closed.push('mcp');
        throw new Error('stuck');
      },
    };
    const other = { ...layerNamed('supabase', ledger), close: async () => void closed.push('supabase') };
    const { hybrid, events } = open([one, other]);
    await hybrid.close();
    await hybrid.close();
    expect(closed).toEqual(['mcp', 'supabase']);
    expect(events).toEqual([{ type: 'close-failed', layer: 'mcp' }]);
  });

  test('later calls give a clear error and send nothing', async () => {
    const mcp = layerNamed('mcp', ledger);
    const { hybrid, clock } = open([mcp]);
    await hybrid.close();
    expect((await hybrid.sql.write(statement))._unsafeUnwrapErr()).toMatchObject({
      kind: 'no-layer',
      code: 'closed',
      effect: 'none',
    });
    expect(mcp.sent()).toBe(0);
    expect(clock.armed()).toBe(0);
  });

  test('a call under way ends as cancelled and is not sent elsewhere', async () => {
    const [mcp, supabase] = both(ledger);
    mcp.breakBackend('hangs');
    const { hybrid, clock } = open([mcp, supabase]);
    const pending = hybrid.sql.write(statement);
    await settled();
    await hybrid.close();
    expect((await pending)._unsafeUnwrapErr()).toMatchObject({ kind: 'cancelled', effect: 'unknown' });
    expect(supabase.sent()).toBe(0);
    expect(clock.armed()).toBe(0);
  });
});

describe('what is plainly wrong', () => {
  test.each<[string, object, RegExp]>([
    ['an unknown option', { timeout: 5 }, /no such call option.*timeoutMs/],
    ['a timeout of nothing', { timeoutMs: 0 }, /timeoutMs/],
    ['a timeout that is no number', { timeoutMs: Number.NaN }, /timeoutMs/],
    ['an empty key', { idempotencyKey: '' }, /idempotencyKey/],
    ['a signal that is none', { signal: {} }, /signal/],
    ['an empty traceparent', { traceparent: '' }, /traceparent/],
  ])('%s is one clear error, and nothing is sent', async (_what, options, message) => {
    const mcp = layerNamed('mcp', ledger);
    const { hybrid } = open([mcp]);
    const error = (await hybrid.sql.write(statement, options as never))._unsafeUnwrapErr();
    expect(error).toMatchObject({ kind: 'invalid-request', effect: 'none', trail: [] });
    expect(error.message).toMatch(message);
    expect(mcp.sent()).toBe(0);
  });

  test.each<[string, object, RegExp]>([
    ['no layers', { layers: [] }, /layers: expected at least one/],
    ['two layers of one name', { layers: [layerNamed('mcp', {}), layerNamed('mcp', {})] }, /'mcp' twice/],
    ['a layer of another contract', { layers: [{ ...layerNamed('mcp', {}), contract: 2 }] }, /contract 1/],
    [
      'a wrong policy',
      { layers: [layerNamed('mcp', {})], policy: { 'sql.*': { timeoutMs: '5s' } } },
      /policy\['sql\.\*'\]\.timeoutMs: expected a number of milliseconds/,
    ],
  ])('%s throws at start-up and names the option', (_what, options, message) => {
    expect(() => createHybrid(options as never)).toThrow(message);
  });
});

describe('events', () => {
  test('tell the story of a call without its data', async () => {
    const [mcp, supabase] = both(ledger);
    mcp.breakBackend('dies', { operation: 'sql.write' });
    const { hybrid, events, end } = open([mcp, supabase], { semantics: settleBy('happened') });
    await end(hybrid.sql.write(statement, key));
    expect(events).toMatchSnapshot();
    expect(JSON.stringify(events)).not.toContain('order-7');
  });

  test.each<[string, () => unknown]>([
    [
      'throws',
      () => {
        throw new Error('listener');
      },
    ],
    ['rejects', () => Promise.reject(new Error('listener'))],
  ])('a listener that %s cannot fail a call', async (_how, report) => {
    const { hybrid, end } = open(both({ 'buckets.list': () => [bucket] }), { report });
    expect((await end(hybrid.buckets.list())).isOk()).toBe(true);
  });
});

test('a defect of what was injected is an error like any other', async () => {
  const mcp = layerNamed('mcp', ledger);
  mcp.breakBackend('dies');
  const { hybrid, end } = open([mcp], {
    random: () => {
      throw new Error('no entropy');
    },
  });
  expect((await end(hybrid.sql.write(statement)))._unsafeUnwrapErr()).toMatchObject({
    kind: 'unexpected',
    effect: 'unknown',
  });
});
