import type { SqlValue } from '@hybrid-supabase/core';
import fc from 'fast-check';
import type pg from 'pg';
import { parseSql } from '../src/parser.js';
import { renderStatement } from '../src/render-statement.js';
import { valueText } from '../src/value-text.js';
import { openTestDatabase, type TestDatabase } from './test-database.js';

let database: TestDatabase;
let client: pg.Client;

beforeAll(async () => {
  database = await openTestDatabase();
  client = await database.connect();
}, 60_000);
afterAll(() => database.close());

const text = fc.string({ unit: 'binary' }).filter((value) => !/\0|\p{Surrogate}/u.test(value));
const hostile = fc
  .array(
    fc.oneof(
      fc.constantFrom(
        "'",
        "''",
        '\\',
        "\\'",
        '"',
        '$$',
        '$a$',
        '--',
        '/*',
        '*/',
        ';',
        '$1',
        "E'",
        "U&'",
        '\n',
        '\u2028',
        '😀',
        ')',
        '(',
        '{',
        '}',
        ',',
      ),
      text,
    ),
    { maxLength: 12 },
  )
  .map((pieces) => pieces.join(''));
const date = fc.date({
  min: new Date('-004000-01-01T00:00:00Z'),
  max: new Date('+200000-01-01T00:00:00Z'),
  noInvalidDate: true,
});
const bytes = fc.uint8Array({ maxLength: 20 });
const int8 = fc.bigInt({ min: -(2n ** 63n), max: 2n ** 63n - 1n });
const document = fc.dictionary(
  hostile,
  fc.oneof(
    hostile,
    fc.double({ noNaN: true, noDefaultInfinity: true }),
    int8,
    fc.boolean(),
    fc.constant(null),
    fc.array(hostile),
  ),
);
const lists = <T>(item: fc.Arbitrary<T>) => fc.array(fc.option(item), { maxLength: 5 });
const grid = fc
  .nat({ max: 3 })
  .chain((width) =>
    fc.array(fc.array(hostile, { minLength: width + 1, maxLength: width + 1 }), { minLength: 1, maxLength: 3 }),
  );

const types: readonly (readonly [type: string, values: fc.Arbitrary<SqlValue>])[] = [
  ['text', hostile],
  ['int4', fc.integer()],
  ['int8', int8],
  ['numeric', fc.oneof(fc.double(), int8)],
  ['float8', fc.double()],
  ['float4', fc.float()],
  ['boolean', fc.boolean()],
  ['timestamptz', date],
  ['timestamp', date],
  ['date', date],
  ['bytea', bytes],
  ['uuid', fc.uuid()],
  ['jsonb', document],
  ['json', document],
  ['text[]', lists(hostile)],
  ['text[]', grid],
  ['int8[]', lists(int8)],
  ['float8[]', lists(fc.double())],
  ['bytea[]', lists(bytes)],
  ['jsonb[]', lists(document)],
  ['timestamptz[]', lists(date)],
  ['uuid[]', lists(fc.uuid())],
  ['varchar', hostile],
  ['int2', fc.integer({ min: -32_768, max: 32_767 })],
];

async function literalOf(value: SqlValue): Promise<string> {
  const statement = { text: '$1', values: [value] };
  const { tokens } = (await parseSql('select $1'))._unsafeUnwrap();
  const moved = tokens.slice(1).map((token) => ({ ...token, start: token.start - 7, end: token.end - 7 }));
  return renderStatement(statement, moved)._unsafeUnwrap();
}

/** Many pairs in one query: what the server made of the literal, and of the bound text. */
async function differing(type: string, values: readonly SqlValue[]): Promise<readonly number[]> {
  const literals = await Promise.all(values.map(literalOf));
  const pairs = literals.map((literal, at) => `(${at}, (${literal}::${type})::text, ($${at + 1}::${type})::text)`);
  const bound = values.map((value) => valueText(value)._unsafeUnwrap());
  const { rows } = await client.query(
    `select number from (values ${pairs.join(', ')}) as pair(number, rendered, bound) where rendered is distinct from bound`,
    bound,
  );
  return rows.map(({ number }) => Number(number));
}

test.each(types)('a rendered value equals the bound one, as %s', async (type, values) => {
  // 24 types, so more than ten thousand values; a statement takes a part of them at a time.
  const sample = fc.sample(fc.option(values), { numRuns: 450, seed: 2_026 });
  for (let from = 0; from < sample.length; from += 150)
    expect(await differing(type, sample.slice(from, from + 150))).toEqual([]);
});

const lexed = ['SCONST', 'NULL_P'];

test('no text leaves its literal: the tokens around it stay, and the text comes back', async () => {
  const sample = fc.sample(hostile, { numRuns: 600, seed: 7 });
  for (const value of sample) {
    const { tokens } = (await parseSql(`select ${await literalOf(value)}::text as value -- end`))._unsafeUnwrap();
    expect(
      tokens.map(({ text: token, tokenName }) => (lexed.includes(tokenName) ? tokenName : token.toLowerCase())),
    ).toEqual(['select', '(', 'SCONST', ')', '::', 'text', 'as', 'value']);
  }
  const selected = await Promise.all(sample.map(async (value, at) => `(${at}, ${await literalOf(value)}::text)`));
  const { rows } = await client.query(
    `select value from (values ${selected.join(', ')}) as v(number, value) order by number`,
  );
  expect(rows.map(({ value }) => value)).toEqual(sample);
});

test('a text means the same where the server does not conform to the standard', async () => {
  const sample = fc.sample(hostile, { numRuns: 300, seed: 11 });
  await client.query('set standard_conforming_strings = off; set escape_string_warning = off');
  const selected = await Promise.all(sample.map(async (value, at) => `(${at}, ${await literalOf(value)}::text)`));
  const { rows } = await client.query(
    `select value from (values ${selected.join(', ')}) as v(number, value) order by number`,
  );
  const own = { text: "select 'a\\b' as value", values: [] };
  const { tokens } = (await parseSql(own.text))._unsafeUnwrap();
  const ofCaller = await client.query(renderStatement(own, tokens)._unsafeUnwrap());
  await client.query('reset all');
  expect(rows.map(({ value }) => value)).toEqual(sample);
  expect(ofCaller.rows).toEqual([{ value: 'a\\b' }]);
});
