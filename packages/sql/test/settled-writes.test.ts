import type { HybridResult, InputOf, Inquiry, OutputOf, RepeatableName } from '@hybrid-supabase/core';
import { errAsync, ResultAsync } from 'neverthrow';
import type pg from 'pg';
import { createMigrationText, digestOf, sql, sqlSemantics } from '../src/index.js';
import { createCall, openTestDatabase, type TestDatabase } from './test-database.js';

let database: TestDatabase;
let witness: pg.Client;
beforeAll(async () => {
  database = await openTestDatabase();
  witness = await database.connect();
  await witness.query('create table effect (name text)');
}, 60_000);
afterAll(() => database.close());

const { questions } = sqlSemantics;
type Answers = { readonly [N in RepeatableName]?: (input: InputOf<N>) => HybridResult<OutputOf<N>> };

/** Asks the real ledger, through the other door than the one that wrote. */
function inquiryOf(idempotencyKey: string, attemptId: string): Inquiry {
  const answers: Answers = {
    'sql.settle': (input) =>
      new ResultAsync(database.byFunction.settle(input, createCall()))
        .map((data) => ({ data, layer: 'test', trail: [] }))
        .mapErr((error) => ({ ...error, operation: 'sql.settle', trail: [] })),
  };
  return {
    idempotencyKey,
    attemptIds: [attemptId],
    ask: (name, input) =>
      answers[name]?.(input) ??
      errAsync({ kind: 'no-layer', operation: name, effect: 'none', message: 'not asked here', trail: [] }),
  };
}

test('the ledger knows a keyed write, batch and migration by what their questions compute', async () => {
  const statement = sql`insert into effect values (${"it's \\ é😀"}), (${null}); -- twice`;
  const written = (await database.byText.write(statement, createCall({ key: 'write' })))._unsafeUnwrap();
  expect(await questions['sql.write']?.(statement, inquiryOf('write', 'x'))).toEqual({
    verdict: 'happened',
    value: written,
  });

  const batch = { statements: [statement, sql`select ${1n}::int8 as n`] };
  const results = (await database.byText.batch(batch, createCall({ key: 'batch' })))._unsafeUnwrap();
  expect(await questions['sql.batch']?.(batch, inquiryOf('batch', 'x'))).toEqual({
    verdict: 'happened',
    value: results,
  });

  const query = "insert into effect values ('migrated');\n-- done";
  const digest = digestOf([query]);
  await witness.query(createMigrationText({ query, key: 'm', digest, attemptId: 'a', statementTimeoutMs: 5_000 }));
  const migration = { name: 'migration', query };
  const verdict = await questions['migrations.apply']?.(migration, inquiryOf('m', 'x'));
  expect(verdict).toEqual({ verdict: 'happened', value: { name: 'migration' } });
});

test('what its question fenced can never take effect', async () => {
  const statement = sql`insert into effect values ('never')`;
  expect(await questions['sql.write']?.(statement, inquiryOf('late', 'lost'))).toMatchObject({
    verdict: 'cannot-happen',
  });
  const late = await database.byText.write(statement, createCall({ key: 'late', attemptId: 'lost' }));
  expect(late._unsafeUnwrapErr()).toMatchObject({ kind: 'conflict', code: 'fenced' });
  expect((await witness.query("select count(*)::int as n from effect where name = 'never'")).rows).toEqual([{ n: 0 }]);
});

test('a settled write comes back in the form that its statement asks for, as it would have at first', async () => {
  await witness.query('create domain price as numeric(10, 2)');
  const text = sql`insert into effect values ('decoded') returning 7::int8 as n, 1.50::price as p, array[1.5, null]::numeric[] as l, 2::int8 as b`;
  const statement = { ...text, decode: { int8: 'number', numeric: 'number' } } as const;
  const written = (await database.byText.write(statement, createCall({ key: 'decoded' })))._unsafeUnwrap();
  expect(written.rows).toEqual([{ n: 7, p: 1.5, l: [1.5, null], b: 2 }]);
  const again = await database.byFunction.write(statement, createCall({ key: 'decoded' }));
  expect(again._unsafeUnwrap()).toEqual(written);
  expect(await questions['sql.write']?.(statement, inquiryOf('decoded', 'x'))).toEqual({
    verdict: 'happened',
    value: written,
  });
  const plain = await questions['sql.write']?.(text, inquiryOf('decoded', 'x'));
  expect(plain).toMatchObject({ value: { rows: [{ n: 7n, p: '1.50', l: ['1.5', null], b: 2n }] } });
  const batch = { statements: [text, statement] };
  const results = (await database.byText.batch(batch, createCall({ key: 'decoded batch' })))._unsafeUnwrap();
  expect(results.map(({ rows: [row] }) => row?.['n'])).toEqual([7n, 7]);
  expect(await questions['sql.batch']?.(batch, inquiryOf('decoded batch', 'x'))).toEqual({
    verdict: 'happened',
    value: results,
  });
});
