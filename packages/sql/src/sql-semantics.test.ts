import type { HybridError, HybridResult, Inquiry, OutputOf, RepeatableName, Settlement } from '@hybrid-supabase/core';
import { errAsync, okAsync } from 'neverthrow';
import { digestOf } from './digest-of.js';
import { sql } from './sql.js';
import { sqlSemantics } from './sql-semantics.js';

const result = { columns: [], rows: [], rowCount: 1 };
const happened: Settlement = { state: 'happened', results: [result, result] };

type Answers = { readonly [N in RepeatableName]?: HybridResult<OutputOf<N>> };

/** An inquiry whose ledger always says the same, and what it was asked. */
function inquiryOf(settlement: HybridResult<Settlement>, idempotencyKey?: string) {
  const asked: unknown[] = [];
  const answers: Answers = { 'sql.settle': settlement };
  const inquiry: Inquiry = {
    attemptIds: ['a1', 'a2'],
    ask: (name, input) => {
      asked.push([name, input]);
      return answers[name] ?? errAsync(error);
    },
    ...(idempotencyKey !== undefined && { idempotencyKey }),
  };
  return { inquiry, asked };
}
const says = (data: Settlement): HybridResult<Settlement> => okAsync({ data, layer: 'x', trail: [] });
const { questions } = sqlSemantics;
const error: HybridError = {
  kind: 'no-layer',
  operation: 'sql.settle',
  effect: 'none',
  message: 'nobody there',
  trail: [],
};
const statement = sql`insert into t values (${1})`;
const text = "insert into t values (('1'))";

test('a keyed write that happened has its recorded result; the digest is of the rendered text', async () => {
  const { inquiry, asked } = inquiryOf(says(happened), 'k');
  expect(await questions['sql.write']?.(statement, inquiry)).toEqual({ verdict: 'happened', value: result });
  expect(asked).toEqual([['sql.settle', { key: 'k', digest: digestOf([text]), attemptIds: ['a1', 'a2'] }]]);
});

test('a keyed batch that happened has all its results', async () => {
  const { inquiry, asked } = inquiryOf(says(happened), 'k');
  expect(await questions['sql.batch']?.({ statements: [statement, statement] }, inquiry)).toEqual({
    verdict: 'happened',
    value: [result, result],
  });
  expect(asked).toEqual([['sql.settle', { key: 'k', digest: digestOf([text, text]), attemptIds: ['a1', 'a2'] }]]);
});

test('a keyed migration that happened gives its name; the digest is of the query as it is', async () => {
  const { inquiry, asked } = inquiryOf(says({ state: 'happened', results: [] }), 'k');
  expect(await questions['migrations.apply']?.({ name: 'm', query: 'select 1; ' }, inquiry)).toEqual({
    verdict: 'happened',
    value: { name: 'm' },
  });
  expect(asked).toEqual([['sql.settle', { key: 'k', digest: digestOf(['select 1; ']), attemptIds: ['a1', 'a2'] }]]);
});

test('what the ledger fenced cannot happen', async () => {
  const { inquiry } = inquiryOf(says({ state: 'fenced' }), 'k');
  expect(await questions['sql.write']?.(statement, inquiry)).toMatchObject({ verdict: 'cannot-happen' });
});

test('without a key nobody is asked, and the reason says what a key would have done', async () => {
  const { inquiry, asked } = inquiryOf(says(happened));
  for (const verdict of [
    await questions['sql.write']?.(statement, inquiry),
    await questions['sql.batch']?.({ statements: [statement] }, inquiry),
    await questions['migrations.apply']?.({ name: 'm', query: 'select 1' }, inquiry),
  ])
    expect(verdict).toMatchObject({ verdict: 'cannot-tell', why: expect.stringContaining('idempotency key') });
  expect(asked).toEqual([]);
});

test('a ledger that cannot be asked, or has no result, cannot tell', async () => {
  expect(await questions['sql.write']?.(statement, inquiryOf(errAsync(error), 'k').inquiry)).toMatchObject({
    verdict: 'cannot-tell',
    why: expect.stringContaining('nobody there'),
  });
  expect(
    await questions['sql.write']?.(statement, inquiryOf(says({ state: 'happened', results: [] }), 'k').inquiry),
  ).toMatchObject({ verdict: 'cannot-tell' });
  expect(await questions['sql.write']?.(sql`commit`, inquiryOf(says(happened), 'k').inquiry)).toMatchObject({
    verdict: 'cannot-tell',
  });
});

test('a recorded result that came as a copy is not given in a form that it may not have', async () => {
  const { inquiry } = inquiryOf(says(happened), 'k');
  const verdict = await questions['sql.write']?.({ ...statement, decode: { numeric: 'number' } }, inquiry);
  expect(verdict).toMatchObject({ verdict: 'cannot-tell' });
});
