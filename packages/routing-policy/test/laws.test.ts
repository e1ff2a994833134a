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
const kinds = Object.keys(errorKinds) as readonly ErrorKind[];
const verdicts: readonly (Verdict<typeof result> | undefined)[] = [
  undefined,
  { verdict: 'happened', value: result },
  { verdict: 'cannot-happen', why: 'It is fenced.' },
  { verdict: 'refuses-twin', why: 'It refuses a twin.' },
  { verdict: 'cannot-tell', why: 'Nothing was seen, which proves nothing.' },
];

/** What more the second layer may do than the first one; only the last of these is permitted. */
const authorities = ['none', 'role', 'writing', 'permitted'] as const;
/** Whose breaker is open. */
const openings = [[], ['first'], ['second'], ['first', 'second']] as const;

interface Combination {
  readonly effectClass: 'read' | 'idempotent' | 'write';
  readonly kind: ErrorKind;
  readonly effect: 'none' | 'unknown';
  readonly gains: (typeof authorities)[number];
  readonly sharesFate: boolean;
  readonly open: (typeof openings)[number];
  readonly hasBudget: boolean;
  readonly verdict: Verdict<typeof result> | undefined;
}

/** Every choice of one from each list. */
const product = <T extends Record<string, readonly unknown[]>>(lists: T): readonly { [K in keyof T]: T[K][number] }[] =>
  Object.entries(lists).reduce<Record<string, unknown>[]>(
    (made, [name, list]) => made.flatMap((one) => list.map((each) => ({ ...one, [name]: each }))),
    [{}],
  ) as { [K in keyof T]: T[K][number] }[];

const flags = [false, true] as const;
const effects = ['none', 'unknown'] as const;
const combinations = (effectClass: Combination['effectClass']): readonly Combination[] =>
  product({
    ...{ effectClass: [effectClass], kind: kinds, effect: effects, gains: authorities, sharesFate: flags },
    ...{ open: openings, hasBudget: flags, verdict: effectClass === 'write' ? verdicts : [undefined] },
  }).filter(({ effect, verdict }) => effect === 'unknown' || verdict === undefined);

const timeoutMs = 1_000;
const settleTimeoutMs = 500;
/** A question may say its last word this much later. */
const lastWordMs = 100;

const weak = { role: 'authenticated', readOnly: false } as const;
const strong = { role: 'service_role', readOnly: false } as const;
const reading = { role: 'authenticated', readOnly: true } as const;
const answers = { 'sql.read': () => result, 'sql.write': () => result, 'buckets.update': () => bucket };
const broken = { state: 'open', pauseLeftMs: 60_000, doublings: 1, calls: 9, failures: 9, slow: 0 } as const;

/** The first layer always fails as the combination says; the second one serves. */
function doorOf({ kind, effect, gains, sharesFate, open, hasBudget, verdict }: Combination) {
  const clock = createManualClock();
  const authority = gains === 'writing' ? reading : weak;
  const first = createFakeLayer({ name: 'first', answers, authority, sharedFate: ['mcp-edge', 'postgres'] });
  const second = createFakeLayer({
    ...{ name: 'second', answers, authority: gains === 'role' || gains === 'permitted' ? strong : weak },
    sharedFate: sharesFate ? ['rest-api', 'postgres'] : ['rest-api'],
  });
  first.failWith({ kind, effect, message: 'As the combination says.', fault: 'postgres' });
  const state: SavedState = { breakers: Object.fromEntries(open.map((name) => [name, broken])) };
  const semantics: OperationSemantics = { questions: verdict ? { 'sql.write': async () => verdict } : {} };
  const budget = hasBudget ? {} : { ratio: 0, floor: 0 };
  const policy = { '*': { budget, timeoutMs, settleTimeoutMs, allowRaisedAuthority: gains === 'permitted' } };
  const hybrid = createHybrid({ layers: [first, second], clock, state, semantics, policy, random: () => 0.5 });
  return { hybrid, clock, sent: () => [first.received.length, second.received.length] as const };
}

async function run(combination: Combination) {
  const { hybrid, clock, sent } = doorOf(combination);
  const startedMs = clock.nowMs();
  let endedMs = Number.POSITIVE_INFINITY;
  const calls: { readonly [C in Combination['effectClass']]: () => HybridResult<unknown> } = {
    read: () => hybrid.sql.read(statement),
    write: () => hybrid.sql.write(statement),
    idempotent: () => hybrid.buckets.update({ id: 'b' }),
  };
  const call = async () => {
    const outcome = await calls[combination.effectClass]().map(({ layer, trail }) => ({ layer, trail }));
    endedMs = clock.nowMs();
    return outcome;
  };
  const pending = call();
  await clock.advance(timeoutMs + settleTimeoutMs + lastWordMs);
  const outcome = await pending;
  await hybrid.close();
  const { trail } = outcome.isOk() ? outcome.value : outcome.error;
  return { combination, outcome, trail, tookMs: endedMs - startedMs, sent: sent() };
}

type Ran = Awaited<ReturnType<typeof run>>;

/** Who answers, or with what the call ends: said here once more, in the words of the laws and not of the router. */
function expected({ effectClass, kind, effect, gains, sharesFate, open, verdict }: Combination): string {
  const [firstMay, secondMay] = [
    gains !== 'writing' || effectClass === 'read',
    gains === 'none' || gains === 'permitted',
  ];
  if (!firstMay) return 'no-layer';
  if (open.length === 1 && open[0] === 'first' && secondMay) return 'second';
  const isLostWrite = effectClass === 'write' && effect === 'unknown';
  const meaning = errorKinds[kind];
  if (meaning === 'answer' || meaning === 'stop') return kind;
  if (isLostWrite && verdict?.verdict === 'happened') return 'first';
  if (isLostWrite && !isProven(verdict)) return 'ambiguous';
  if (secondMay && !sharesFate) return 'second';
  return isLostWrite && verdict?.verdict === 'refuses-twin' ? 'ambiguous' : kind;
}

const isProven = (verdict: Combination['verdict']): boolean =>
  verdict?.verdict === 'cannot-happen' || verdict?.verdict === 'refuses-twin';

/** Every law that a call has broken. */
function brokenBy({ combination, outcome, trail, tookMs, sent }: Ran): readonly string[] {
  const { effectClass, effect, gains, sharesFate, hasBudget, verdict } = combination;
  const [toFirst, toSecond] = sent;
  const ended = outcome.isOk() ? outcome.value.layer : outcome.error.kind;
  const isLostWrite = effectClass === 'write' && effect === 'unknown' && toFirst > 0;
  const isUnproven = isLostWrite && !isProven(verdict);
  const allowedMs = timeoutMs + (isLostWrite ? settleTimeoutMs + lastWordMs : 0);
  const named = new Set(trail.map(({ layer }) => layer));
  const skips = trail.filter(({ did }) => did === 'skipped');
  const laws: Record<string, boolean> = {
    'ends as foreseen': ended === expected(combination),
    'no write is sent again while its effect is unknown': !isUnproven || toFirst + toSecond === 1,
    'absence is no proof': !isUnproven || outcome.isOk() || outcome.error.effect === 'unknown',
    'authority never rises': gains === 'none' || gains === 'permitted' || toSecond === 0,
    'a shared fault is not tried through another door': !sharesFate || toFirst === 0 || toSecond === 0,
    'without a budget nothing is repeated': hasBudget || toFirst <= 1,
    'a deadline is never passed, but to find out what became of a write': tookMs <= allowedMs,
    'the trail names every layer': ended === 'first' || (named.has('first') && named.has('second')),
    'the trail says why': skips.every(({ reason, why }) => reason !== undefined && why !== undefined && why !== ''),
    'the trail shows every attempt': trail.filter(({ attempt }) => attempt !== undefined).length === toFirst + toSecond,
  };
  const broken = Object.keys(laws).filter((law) => !laws[law]);
  return broken.map((law) => `${law}: ${JSON.stringify({ ...combination, ended, sent, trail })}`);
}

/** At once, because each has a clock of its own and they only wait for turns of the loop. */
const atATime = 64;

test.each([
  ['read', 14 * 2 * 4 * 2 * 4 * 2],
  ['idempotent', 14 * 2 * 4 * 2 * 4 * 2],
  ['write', 14 * 6 * 4 * 2 * 4 * 2],
] as const)(
  'the five laws hold for every combination of a %s, and who answers is foreseen',
  async (effectClass, count) => {
    const all = combinations(effectClass);
    expect(all).toHaveLength(count);
    for (let at = 0; at < all.length; at += atATime) {
      const ran = await Promise.all(all.slice(at, at + atATime).map(run));
      expect(ran.flatMap(brokenBy)).toEqual([]);
    }
  },
  60_000,
);
