import { errorKinds, type EffectClass, type ErrorKind } from '@hybrid-supabase/core';
import { decide, decideAfter, type DecisionState, type Next, type OpenVerdict } from './decide.js';

const classes: readonly EffectClass[] = ['read', 'idempotent', 'write'];
const kinds = Object.keys(errorKinds) as readonly ErrorKind[];
const effects = ['none', 'unknown'] as const;
const flags = [true, false] as const;

const states: readonly DecisionState[] = classes.flatMap((effectClass) =>
  flags.flatMap((mayRetryHere) =>
    flags.flatMap((mayGoOn) =>
      flags.map((earlierUnsettled) => ({ effectClass, mayRetryHere, mayGoOn, earlierUnsettled })),
    ),
  ),
);
const errors = kinds.flatMap((kind) => effects.map((effect) => ({ kind, effect, meaning: errorKinds[kind] })));
const rows = states.flatMap((state) => errors.map((error) => ({ state, error, next: decide(state, error) })));
const verdicts: readonly OpenVerdict[] = ['cannot-happen', 'refuses-twin', 'cannot-tell'];
const afterRows = rows
  .filter(({ next }) => next === 'reconcile')
  .flatMap(({ state, error }) =>
    verdicts.map((verdict) => ({ state, error, verdict, next: decideAfter(verdict, state, error) })),
  );

const sends = (next: Next) => next === 'retry' || next === 'next-layer';
type Row = (typeof rows)[number];
const rowsWhere = (holds: (row: Row) => boolean) => {
  const found = rows.filter(holds);
  expect(found.length).toBeGreaterThan(0);
  return found;
};

test('every combination of class, kind, effect and flags is in the table', () => {
  expect(rows).toHaveLength(3 * 14 * 2 * 2 * 2 * 2);
});

test('a write is never sent again while its own effect is unknown', () => {
  for (const { next } of rowsWhere(({ state, error }) => state.effectClass === 'write' && error.effect === 'unknown')) {
    expect(sends(next)).toBe(false);
  }
});

test('a write whose reply or door failed with an unknown effect is reconciled, whatever else is possible', () => {
  const lost = ({ state, error }: Row) =>
    state.effectClass === 'write' && error.effect === 'unknown' && ['lost-reply', 'shut-door'].includes(error.meaning);
  for (const { next } of rowsWhere(lost)) expect(next).toBe('reconcile');
});

test('only writes are reconciled', () => {
  for (const { next } of rowsWhere(({ state }) => state.effectClass !== 'write')) expect(next).not.toBe('reconcile');
});

test('an answer is returned, unless it may be about our own twin', () => {
  for (const { state, next } of rowsWhere(({ error }) => error.meaning === 'answer')) {
    expect(next).toBe(state.effectClass === 'write' && state.earlierUnsettled ? 'reconcile' : 'answer');
  }
});

test('a stop is returned always', () => {
  for (const { next } of rowsWhere(({ error }) => error.meaning === 'stop')) expect(next).toBe('stop');
});

test('a read or an idempotent operation goes on whatever its effect, when it may', () => {
  const open = ({ state, error }: Row) =>
    state.effectClass !== 'write' && error.meaning !== 'answer' && error.meaning !== 'stop' && state.mayGoOn;
  for (const { next } of rowsWhere(open)) expect(sends(next)).toBe(true);
});

test('the effect makes no difference to a read or an idempotent operation', () => {
  for (const { state, error, next } of rowsWhere(({ state }) => state.effectClass !== 'write')) {
    expect(decide(state, { ...error, effect: error.effect === 'none' ? 'unknown' : 'none' })).toBe(next);
  }
});

test.each(['unsupported', 'unauthorized'] as const)('%s is never retried on the same layer', (kind) => {
  for (const { next } of rowsWhere(({ error }) => error.kind === kind)) expect(next).not.toBe('retry');
});

test('nothing is retried that may not be, and nobody else is asked who may not be', () => {
  for (const { next } of rowsWhere(({ state }) => !state.mayRetryHere)) expect(next).not.toBe('retry');
  for (const { next } of rowsWhere(({ state }) => !state.mayGoOn)) expect(next).not.toBe('next-layer');
});

test('who let the time run out is not asked again while another layer may be', () => {
  for (const { next } of rowsWhere(({ state, error }) => error.kind === 'timed-out' && state.mayGoOn)) {
    expect(next).not.toBe('retry');
  }
});

test('a write that ends with an earlier attempt unsettled asks once more instead of stopping', () => {
  const last = ({ state, error }: Row) =>
    state.effectClass === 'write' &&
    state.earlierUnsettled &&
    error.meaning === 'shut-door' &&
    !state.mayGoOn &&
    !state.mayRetryHere;
  for (const { next } of rowsWhere(last)) expect(next).toBe('reconcile');
});

test('a question is never followed by another question about the same failure', () => {
  expect(afterRows.length).toBeGreaterThan(0);
  for (const { next } of afterRows) expect(next).not.toBe('reconcile');
});

test('a stop stays a stop, whatever a question says and whatever may still be asked', () => {
  const stops = errors.filter(({ meaning }) => meaning === 'stop');
  expect(stops.length).toBeGreaterThan(0);
  for (const state of states)
    for (const verdict of verdicts) for (const error of stops) expect(decideAfter(verdict, state, error)).toBe('stop');
});

test('when nobody can tell, nothing is sent', () => {
  for (const { verdict, next } of afterRows) if (verdict === 'cannot-tell') expect(next).toBe('stop');
});

test('an answer is never followed by another attempt, and is returned only when the lost one cannot happen', () => {
  for (const { verdict, error, next } of afterRows) {
    if (error.meaning === 'answer') expect(next).toBe(verdict === 'cannot-happen' ? 'answer' : 'stop');
  }
});

test('a fenced or twin-refusing write goes on when it may', () => {
  const open = afterRows.filter(
    ({ verdict, error, state }) => verdict !== 'cannot-tell' && error.meaning !== 'answer' && state.mayGoOn,
  );
  expect(open.length).toBeGreaterThan(0);
  for (const { next } of open) expect(sends(next)).toBe(true);
});

test('the whole table, counted: a change to any row shows', () => {
  const counts: Record<string, number> = {};
  for (const { state, error, next } of rows) {
    const key = `${state.effectClass} ${error.meaning} ${error.effect}: ${next}`;
    counts[key] = (counts[key] ?? 0) + 1;
  }
  expect(counts).toMatchSnapshot();
});
