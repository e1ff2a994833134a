import type { LayerError, LayerResult, OperationSemantics, SqlResult } from '@hybrid-supabase/core';
import { createFakeLayer } from '@hybrid-supabase/contract-tests';
import { err, ok } from 'neverthrow';
import fc from 'fast-check';
import { createHybrid } from '../src/index.js';
import { createManualClock, type ManualClock } from './manual-clock.js';

const result: SqlResult = { columns: [], rows: [], rowCount: 1 };

/** How one request fares on its way: what the wire does, and what becomes of the work. */
const fates = ['fine', 'refused', 'lost before', 'lost after', 'hangs', 'lands late', 'overloaded', 'fails'] as const;
type Fate = (typeof fates)[number];

/** One database behind all doors, with a ledger that keeps fences, as the installed schema does. */
function database(clock: ManualClock) {
  const fenced = new Set<string>();
  let effects = 0;
  const commit = (attemptId: string): void => {
    if (!fenced.has(attemptId)) effects += 1;
  };
  return {
    effects: () => effects,
    commit,
    commitLater: (attemptId: string, afterMs: number) => void clock.setTimer(() => commit(attemptId), afterMs),
    settle(attemptIds: readonly string[]): 'happened' | 'fenced' {
      if (effects > 0) return 'happened';
      for (const id of attemptIds) fenced.add(id);
      return 'fenced';
    },
  };
}

const failure = (kind: LayerError['kind'], effect: LayerError['effect']): Omit<LayerError, 'layer'> => ({
  kind,
  effect,
  message: 'A test.',
});
const answerOf = <T>(layer: string, fate: Fate, value: () => T): LayerResult<T> | undefined => {
  const failed = (kind: LayerError['kind'], effect: LayerError['effect']): LayerResult<T> =>
    Promise.resolve(err({ ...failure(kind, effect), layer }));
  if (fate === 'fine') return Promise.resolve(ok(value()));
  if (fate === 'refused') return failed('unavailable', 'none');
  if (fate === 'overloaded') return failed('rate-limited', 'none');
  if (fate === 'fails') return failed('failed', 'none');
  if (fate === 'lost before' || fate === 'lost after') return failed('interrupted', 'unknown');
  return undefined;
};
const never = <T>(): Promise<T> => new Promise<T>(() => undefined);

interface Script {
  readonly layers: number;
  readonly maxAttempts: number;
  readonly isKeyed: boolean;
  readonly hasQuestion: boolean;
  readonly writes: readonly Fate[];
  readonly settles: readonly Fate[];
  readonly lateMs: number;
}

async function play({ layers, maxAttempts, isKeyed, hasQuestion, writes, settles, lateMs }: Script) {
  const clock = createManualClock(0);
  const data = database(clock);
  const [writing, settling] = [[...writes], [...settles]];
  const ids: string[] = [];
  const doors = ['mcp', 'supabase', 'postgres'].slice(0, layers).map((name) =>
    createFakeLayer({
      name,
      answers: {
        'sql.write': (_input, { attemptId }) => {
          ids.push(attemptId);
          const fate = writing.shift() ?? 'fine';
          if (fate === 'fine' || fate === 'lost after') data.commit(attemptId);
          if (fate === 'lands late') data.commitLater(attemptId, lateMs);
          return answerOf(name, fate, () => result) ?? never();
        },
        'sql.settle': ({ attemptIds }) => {
          const fate = settling.shift() ?? 'fine';
          const settled = () => {
            const state = data.settle(attemptIds);
            return state === 'happened' ? { state, results: [result] } : { state };
          };
          if (fate === 'lost after') settled();
          return answerOf(name, fate, settled) ?? never();
        },
      },
    }),
  );
  const questions: OperationSemantics['questions'] = {
    'sql.write': async (_input, { ask, attemptIds, idempotencyKey }) => {
      if (idempotencyKey === undefined) return { verdict: 'cannot-tell', why: 'There is no key.' };
      const found = await ask('sql.settle', { key: idempotencyKey, digest: 'd', attemptIds });
      if (found.isErr()) return { verdict: 'cannot-tell', why: 'The ledger could not be reached.' };
      return found.value.data.state === 'happened'
        ? { verdict: 'happened', value: result }
        : { verdict: 'cannot-happen', why: 'Fenced.' };
    },
  };
  let made = 0;
  const hybrid = createHybrid({
    layers: doors,
    clock,
    newId: () => `attempt-${(made += 1)}`,
    random: () => 0.5,
    policy: { '*': { maxAttempts, timeoutMs: 1_000, settleTimeoutMs: 200 } },
    ...(hasQuestion && { semantics: { questions } }),
  });
  const pending = hybrid.sql.write({ text: 'insert', values: [] }, isKeyed ? { idempotencyKey: 'k' } : undefined);
  await clock.advance(1_400);
  const outcome = await pending;
  // Whatever was lost gets all the time it needs to land after all.
  await clock.advance(10_000);
  await hybrid.close();
  return { outcome, effects: data.effects(), ids, doors };
}

const fate = fc.constantFrom(...fates);
const script: fc.Arbitrary<Script> = fc.record({
  layers: fc.integer({ min: 1, max: 3 }),
  maxAttempts: fc.integer({ min: 1, max: 5 }),
  isKeyed: fc.boolean(),
  hasQuestion: fc.boolean(),
  writes: fc.array(fate, { minLength: 1, maxLength: 6 }),
  settles: fc.array(fate, { maxLength: 4 }),
  lateMs: fc.integer({ min: 1, max: 5_000 }),
});

test('whatever the wires do: never twice, served means once, and effect none means never, even after everything late has landed', async () => {
  const ends = new Map<string, number>();
  await fc.assert(
    fc.asyncProperty(script, async (one) => {
      const { outcome, effects, ids, doors } = await play(one);
      expect(effects).toBeLessThanOrEqual(1);
      expect(new Set(ids).size).toBe(ids.length);
      if (outcome.isOk()) expect(effects).toBe(1);
      else if (outcome.error.effect === 'none') expect(effects).toBe(0);
      if (outcome.isErr()) expect(new Set(outcome.error.trail.map(({ layer }) => layer)).size).toBe(doors.length);
      const end = outcome.isOk() ? 'served' : `${outcome.error.kind} ${outcome.error.effect}`;
      ends.set(end, (ends.get(end) ?? 0) + 1);
    }),
    { seed: 2, numRuns: 400 },
  );
  // The script generator reaches every kind of ending, or the law above was never put to the test.
  for (const end of [
    'served',
    'ambiguous unknown',
    'interrupted none',
    'timed-out none',
    'failed none',
    'unavailable none',
  ]) {
    expect(ends.get(end) ?? 0).toBeGreaterThan(0);
  }
});
