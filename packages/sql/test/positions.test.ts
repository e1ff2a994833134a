import type { LayerError, SqlPort, SqlValue } from '@hybrid-supabase/core';
import fc from 'fast-check';
import { err, ok } from 'neverthrow';
import pg from 'pg';
import { createCoalescingBackend, createSqlPort, positionInStatement, requestText, sqlErrorOf } from '../src/index.js';
import type { SqlBackend } from '../src/index.js';
import { createCall, openTestDatabase, type TestDatabase } from './test-database.js';

let database: TestDatabase;
let port: SqlPort;

beforeAll(async () => {
  database = await openTestDatabase();
  const client = await database.connect();
  await client.query('create table placed (a int, b text)');
  port = createSqlPort(placingBackend(client));
}, 60_000);
afterAll(() => database.close());

/** A layer that hears from the server where an error is, as one with a driver does. */
const placingBackend = (client: pg.Client): SqlBackend => ({
  layer: 'test',
  send: async (request) => {
    const sent = requestText(request);
    try {
      const answer: pg.QueryResult | pg.QueryResult[] = await client.query(sent);
      return ok(String((Array.isArray(answer) ? answer.at(-1) : answer)?.rows[0]?.hybrid));
    } catch (error) {
      if (!(error instanceof pg.DatabaseError)) throw error;
      const position = positionInStatement(request, { sent, characters: Number(error.position) });
      const said = sqlErrorOf({ layer: 'test', sqlState: error.code ?? '', message: error.message });
      return err({ ...said, ...(position !== undefined && { position }) });
    }
  },
});

const word = fc.string({
  unit: fc.constantFrom('é', '😀', "'", '\\', '"', '$', 'a', ' ', '\n', ';', '--', '/*'),
  maxLength: 9,
});
const value: fc.Arbitrary<SqlValue> = fc.oneof(
  word,
  fc.integer(),
  fc.constant(null),
  fc.uint8Array({ maxLength: 5 }),
  fc.array(word, { minLength: 1, maxLength: 3 }),
);
/** An expression of the caller's own, of every length and width that a text can have; `?` is a value. */
const expression = fc.oneof(
  value.map((one) => ({ text: '?::text', values: [one] })),
  fc
    .constantFrom(
      "'é😀''x'",
      "'a\\b'",
      "E'\\'😀'",
      '$q$ ; 😀 \\ $q$',
      '/* 😀 /* é */ ; */ 1',
      '2 -- é😀;\n',
      "U&'\\0061'",
      '1.5e3',
    )
    .map((text) => ({ text, values: [] })),
);
const expressions = fc.array(expression, { minLength: 1, maxLength: 6 });
type Expression = { readonly text: string; readonly values: readonly SqlValue[] };

const numbered = (parts: readonly Expression[]) => {
  let count = 0;
  const text = parts.map((part) => part.text.replace('?', () => `$${(count += 1)}`)).join(', ');
  return { text, values: parts.flatMap(({ values }) => values) };
};

const shapes: readonly (readonly [before: string, after: string])[] = [
  ['select ', ' from placed'],
  ['  /* 😀 */ values (', ');;'],
  ['with é as (select 1 as n) select n, ', ' from é'],
  ["with x as (insert into placed values (1, 'é😀') returning a) select ", ' from x'],
  ["with x as (delete from placed where b = 'a\\b' returning a) update placed set b = concat(", ')'],
  ['insert into placed (b) select concat(', ')'],
  ['update placed set a = 1 where b in (', ')'],
  ['delete from placed where (', ') is null returning *'],
  ['; /* 😀 */ ;; select ', ';'],
];

test('the place that the server gives is the one in the text of the caller, or none', async () => {
  const found = { placed: 0, all: 0 };
  const statement = fc.record({ before: expressions, after: expressions, shape: fc.constantFrom(...shapes) });
  await fc.assert(
    fc.asyncProperty(statement, async ({ before, after, shape: [opening, closing] }) => {
      const list = numbered([...before, { text: 'zz_absent', values: [] }, ...after]);
      const text = opening + list.text + closing;
      const answer = await port.write({ text, values: list.values }, createCall());
      const { position, sqlState } = answer._unsafeUnwrapErr();
      expect(sqlState).toBe('42703');
      expect([undefined, text.indexOf('zz_absent')]).toContain(position);
      found.all += 1;
      if (position !== undefined) found.placed += 1;
    }),
    { seed: 2_026, numRuns: 250 },
  );
  expect(found.placed / found.all).toBeGreaterThan(0.95);
}, 60_000);

const errorOf = async (text: string, values: readonly SqlValue[] = []): Promise<LayerError> =>
  (await port.read({ text, values }, createCall()))._unsafeUnwrapErr();

test.each<[string, readonly SqlValue[], number]>([
  ["select '😀', $1::int4", ["it's \\ no number"], 13],
  ['select $1, $2::date', ['é'.repeat(7), 'never'], 11],
  ["select 'a\\b', 'a\\b'::int4", [], 14],
  ["select 'a\\b' || ''::text, zz", [], 26],
])('the place of a value or literal is where it begins: %s', async (text, values, position) => {
  expect((await errorOf(text, values)).position).toBe(position);
});

test.each([
  ['a value that fails while rows are made', 'select 1 / (a - a) from generate_series(1, 1) a'],
  ['what stands in a function', "select query_to_json('x')"],
  ['a plan', 'explain select zz_absent'],
  ['a table that occurs twice, as the text around it does', 'table hybrid_rows'],
])('%s has the place that the server gives, or none', async (_what, text) => {
  const { position } = await errorOf(text);
  expect([undefined, text.indexOf('query_to_json'), text.indexOf('hybrid_rows')]).toContain(position);
});

test('reads that travel together keep their places', async () => {
  const together = createSqlPort(createCoalescingBackend(placingBackend(await database.connect())));
  const texts = ["select '😀', zz_absent", 'select 1 as one', "select $1, 'x', zz_absent"];
  const answers = await Promise.all(
    texts.map((text) => together.read({ text, values: text.includes('$1') ? ['é'] : [] }, createCall())),
  );
  expect(answers.map((answer) => (answer.isErr() ? answer.error.position : 'rows'))).toEqual([13, 'rows', 16]);
});

test('a keyed write and a batch have no place: the server read them inside of a function', async () => {
  const wrong = { text: 'select zz_absent', values: [] };
  const keyed = await port.write(wrong, createCall({ key: 'placed' }));
  expect(keyed._unsafeUnwrapErr()).not.toHaveProperty('position');
  const batch = await port.batch({ statements: [wrong] }, createCall());
  expect(batch._unsafeUnwrapErr()).not.toHaveProperty('position');
});
