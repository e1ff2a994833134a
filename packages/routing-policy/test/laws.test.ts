import { createFakeLayer } from '@hybrid-supabase/contract-tests';
import {
  errorKinds,
  type ErrorKind,
  type HybridResult,
  type OperationSemantics,
  type Verdict,
} from '@hybrid-supabase/core';
import { createHybrid, type SavedState } from '../src/index.js';
import { createManualClock } from './manual-clock.js';

const result = { columns: [], rows: [], rowCount: 1 };
const statement = { text: 'select 1', values: [] };
const bucket = {
  id: 'b',
  public: false,
  fileSizeLimit: null,
  allowedMimeTypes: null,
  createdAt: '2026-11-22T00:00:00Z',
};
const flags = [false, true] as const;
const kinds = Object.keys(errorKinds) as readonly ErrorKind[];
const verdicts: readonly (Verdict<typeof result> | undefined)[] = [
  undefined,
  { verdict: 'happened', value: result },
  { verdict: 'cannot-happen', why: 'It is fenced.' },
  { verdict: 'refuses-twin', why: 'It refuses a twin.' },
  { verdict: 'cannot-tell', why: 'Nothing was seen, which proves nothing.' },
];

interface Combination {
  readonly effectClass: 'read' | 'idempotent' | 'write';
  readonly kind: ErrorKind;
  readonly effect: 'none' | 'unknown';
  readonly raises: boolean;
  readonly sharesFate: boolean;
  readonly isOpen: boolean;
  readonly hasBudget: boolean;
  readonly verdict: Verdict<typeof result> | undefined;
}

const combinations = (effectClass: Combination['effectClass']): readonly Combination[] =>
  kinds.flatMap((kind) =>
    (['none', 'unknown'] as const).flatMap((effect) =>
      flags.flatMap((raises) =>
        flags.flatMap((sharesFate) =>
          flags.flatMap((isOpen) =>
            flags.flatMap((hasBudget) =>
              (effectClass === 'write' && effect === 'unknown' ? verdicts : [undefined]).map((verdict) => ({
                ...{ effectClass, kind, effect, raises, sharesFate, isOpen, hasBudget, verdict },
              })),
            ),
          ),
        ),
      ),
    ),
  );

const timeoutMs = 1_000;
const settleTimeoutMs = 500;
/** A question may say its last word this much later. */
const lastWordMs = 100;

async function run(combination: Combination) {
  const { effectClass, kind, effect, raises, sharesFate, isOpen, hasBudget, verdict } = combination;
  const clock = createManualClock();
  const answers = { 'sql.read': () => result, 'sql.write': () => result, 'buckets.update': () => bucket };
  const weak = { role: 'authenticated', readOnly: false } as const;
  const strong = { role: 'service_role', readOnly: false } as const;
  const first = createFakeLayer({ name: 'first', answers, authority: weak, sharedFate: ['mcp-edge', 'postgres'] });
  const second = createFakeLayer({
    ...{ name: 'second', answers, authority: raises ? strong : weak },
    sharedFate: sharesFate ? ['rest-api', 'postgres'] : ['rest-api'],
  });
  first.failWith({ kind, effect, message: 'As the combination says.', fault: 'postgres' });
  const breaker = { state: 'open', pauseLeftMs: 60_000, doublings: 1, calls: 9, failures: 9, slow: 0 } as const;
  const state: SavedState = { breakers: isOpen ? { second: breaker } : {} };
  const semantics: OperationSemantics = { questions: verdict ? { 'sql.write': async () => verdict } : {} };
  const budget = hasBudget ? {} : { ratio: 0, floor: 0 };
  const policy = { '*': { budget, timeoutMs, settleTimeoutMs } };
  const hybrid = createHybrid({ layers: [first, second], clock, state, semantics, policy, random: () => 0.5 });
  const startedMs = clock.nowMs();
  let endedMs = Number.POSITIVE_INFINITY;
  const calls: { readonly [C in Combination['effectClass']]: () => HybridResult<unknown> } = {
    read: () => hybrid.sql.read(statement),
    write: () => hybrid.sql.write(statement),
    idempotent: () => hybrid.buckets.update({ id: 'b' }),
  };
  const call = async () => {
    const outcome = await calls[effectClass]().map(({ layer, trail }) => ({ layer, trail }));
    endedMs = clock.nowMs();
    return outcome;
  };
  const pending = call();
  await clock.advance(timeoutMs + settleTimeoutMs + lastWordMs);
  const outcome = await pending;
  await hybrid.close();
  const { trail } = outcome.isOk() ? outcome.value : outcome.error;
  return {
    outcome,
    trail,
    tookMs: endedMs - startedMs,
    sent: [first.received.length, second.received.length] as const,
  };
}

test.each(['read', 'idempotent', 'write'] as const)(
  'the five laws hold for every combination of a %s',
  async (effectClass) => {
    const all = combinations(effectClass);
    expect(all.length).toBeGreaterThanOrEqual(14 * 2 * 16);
    for (const combination of all) {
      const { outcome, trail, tookMs, sent } = await run(combination);
      const [toFirst, toSecond] = sent;
      const seen = JSON.stringify({ ...combination, sent, trail });
      const isLostWrite = effectClass === 'write' && combination.effect === 'unknown';
      const proven =
        combination.verdict?.verdict === 'cannot-happen' || combination.verdict?.verdict === 'refuses-twin';
      // No write is sent again while its effect is unknown; and not having been seen is no proof.
      if (isLostWrite && !proven) expect([seen, toFirst + toSecond]).toEqual([seen, 1]);
      if (isLostWrite && combination.verdict?.verdict === 'cannot-tell')
        expect([seen, outcome.isErr()]).toEqual([seen, true]);
      if (isLostWrite && outcome.isErr() && !proven) expect([seen, outcome.error.effect]).toEqual([seen, 'unknown']);
      // Authority never rises, and a shared fault is not tried through another door.
      if (combination.raises || combination.sharesFate) expect([seen, toSecond]).toEqual([seen, 0]);
      // Without a budget nothing is repeated on the same layer.
      if (!combination.hasBudget) expect([seen, toFirst]).toEqual([seen, 1]);
      // A deadline is never passed; only finding out what became of a write may take its own time.
      const allowedMs = timeoutMs + (isLostWrite ? settleTimeoutMs + lastWordMs : 0);
      expect([seen, tookMs <= allowedMs]).toEqual([seen, true]);
      // The trail explains every layer that was not used, and shows every one that was.
      const named = new Set(trail.map(({ layer }) => layer));
      if (outcome.isErr() || outcome.value.layer === 'second')
        expect([seen, [...named].sort()]).toEqual([seen, ['first', 'second']]);
      for (const entry of trail)
        if (entry.did === 'skipped')
          expect([seen, typeof entry.reason, Boolean(entry.why)]).toEqual([seen, 'string', true]);
      expect([seen, trail.filter(({ attempt }) => attempt !== undefined).length]).toEqual([seen, toFirst + toSecond]);
    }
  },
  60_000,
);
