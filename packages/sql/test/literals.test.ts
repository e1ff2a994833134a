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
  await client.query(`create type mood as enum ('sad', 'it''s ok', 'back\\slash', '😀 "q"');
create type pair as (a int8, b text);
create type nested as (p pair, t text[]);
create domain cents as int8 check (value >= 0);`);
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

/** A field of a composite, or a bound of a range, as PostgreSQL reads it: quoted, with quotes and backslashes doubled. */
const quoted = (field: string): string => `"${field.replace(/["\\]/g, '$&$&')}"`;
const pair = fc
  .tuple(fc.option(int8), fc.option(hostile))
  .map(([a, b]) => `(${a ?? ''},${b === null ? '' : quoted(b)})`);
const nested = fc.tuple(pair, fc.array(hostile, { maxLength: 3 })).map(([p, list]) => {
  const items = list.map((item) => `"${item.replace(/["\\]/g, '\\$&')}"`);
  return `(${quoted(p)},${quoted(`{${items.join(',')}}`)})`;
});
const rangeOf = <T>(bound: fc.Arbitrary<T>, order: (one: T, other: T) => number) =>
  fc
    .tuple(fc.option(bound), fc.option(bound), fc.constantFrom('[', '('), fc.constantFrom(']', ')'))
    .map(([one, other, open, close]) => {
      const [low, high] = one === null || other === null ? [one, other] : [one, other].sort(order);
      return `${open}${low ?? ''},${high ?? ''}${close}`;
    });
const number = fc.integer({ min: -1_000, max: 1_000 });
const ascending = (one: number, other: number): number => one - other;
const later = (one: string, other: string): number => (one < other ? -1 : 1);
const day = fc.integer({ min: 0, max: 20_000 }).map((days) => new Date(days * 86_400_000).toISOString().slice(0, 10));
const range = fc.oneof(rangeOf(number, ascending), fc.constant('empty'));
const multirange = fc
  .array(fc.integer({ min: 0, max: 40 }), { maxLength: 6 })
  .map((starts) => `{${starts.map((start) => `[${start * 3},${start * 3 + 2})`).join(',')}}`);
const interval = fc
  .tuple(
    fc.integer({ min: -99, max: 99 }),
    fc.integer({ min: -999, max: 999 }),
    fc.integer({ min: -99_999, max: 99_999 }),
  )
  .map(([months, days, seconds]) => `${months} mons ${days} days ${seconds}.5 seconds`);
const timetz = fc
  .tuple(fc.nat({ max: 23 }), fc.nat({ max: 59 }), fc.nat({ max: 999_999 }), fc.integer({ min: -12, max: 12 }))
  .map(([h, m, micros, zone]) => {
    const two = (n: number): string => String(Math.abs(n)).padStart(2, '0');
    return `${two(h)}:${two(m)}:07.${String(micros).padStart(6, '0')}${zone < 0 ? '-' : '+'}${two(zone)}:30`;
  });
const inet = fc.oneof(
  fc.tuple(fc.ipV4(), fc.nat({ max: 32 })).map(([address, bits]) => `${address}/${bits}`),
  fc.ipV6(),
);
const macaddr = fc
  .uint8Array({ minLength: 6, maxLength: 6 })
  .map((octets) => [...octets].map((octet) => octet.toString(16).padStart(2, '0')).join(':'));
const bits = (size: fc.SizeForArbitrary | undefined, length: { minLength: number; maxLength: number }) =>
  fc
    .array(fc.constantFrom('0', '1'), { ...length, ...(size !== undefined && { size }) })
    .map((digits) => digits.join(''));
const mood = fc.constantFrom('sad', "it's ok", 'back\\slash', '😀 "q"');
const xmlText = hostile.map((inside) => inside.replace(/[^\t\n -\ud7ff\ue000-\ufffd]/gu, '').replace(/[<&\]]/g, '_'));
const point = fc.tuple(number, number).map(([x, y]) => `(${x}.5,${y})`);

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
  ['int4range', range],
  ['numrange', range],
  ['int8range', fc.oneof(range, fc.constant('[-9223372036854775808,9223372036854775807)'))],
  ['daterange', rangeOf(day, later)],
  ['tstzrange', rangeOf(day, later)],
  ['int4range[]', lists(range)],
  ['int4multirange', multirange],
  ['nummultirange', multirange],
  ['pair', pair],
  ['pair[]', lists(pair)],
  ['nested', nested],
  ['mood', mood],
  ['mood[]', lists(mood)],
  ['cents', fc.bigInt({ min: 0n, max: 2n ** 63n - 1n })],
  [
    'int4[]',
    fc.constant([
      [
        [1, 2],
        [3, null],
      ],
      [
        [5, 6],
        [7, 8],
      ],
    ]),
  ],
  ['interval', interval],
  ['interval[]', lists(interval)],
  ['time', timetz.map((text) => text.slice(0, 15))],
  ['timetz', timetz],
  ['inet', inet],
  ['inet[]', lists(inet)],
  ['cidr', fc.ipV4()],
  ['macaddr', macaddr],
  ['bit(5)', bits(undefined, { minLength: 5, maxLength: 5 })],
  ['varbit', bits('max', { minLength: 0, maxLength: 70 })],
  ['money', fc.tuple(number, fc.nat({ max: 99 })).map(([whole, rest]) => `${whole}.${String(rest).padStart(2, '0')}`)],
  ['xml', xmlText.map((inside) => `<a b="1">${inside}</a>`)],
  ['point', point],
  ['point[]', lists(point)],
  ['char(7)', hostile.map((value) => Array.from(value).slice(0, 7).join(''))],
  ['name', hostile.map((value) => Array.from(value).slice(0, 15).join(''))],
  ['oid', fc.nat()],
  ['pg_lsn', fc.nat().map((at) => `0/${at.toString(16)}`)],
  [
    'tsvector',
    fc
      .array(fc.constantFrom('a', "it''s", 'ä😀'), { minLength: 1 })
      .map((words) => words.map((each) => `'${each}'`).join(' ')),
  ],
  ['jsonpath', fc.constantFrom('$.a[*] ? (@ > 1)', '$."it\'s"', 'strict $.**')],
];

async function literalOf(value: SqlValue): Promise<string> {
  const statement = { text: '$1', values: [value] };
  const { tokens } = (await parseSql('select $1'))._unsafeUnwrap();
  const moved = tokens.slice(1).map((token) => ({ ...token, start: token.start - 7, end: token.end - 7 }));
  return renderStatement(statement, moved)._unsafeUnwrap();
}

/** Many pairs in one query: what the server made of the literal, and of the bound text, which is ours if no other is given. */
async function differing(
  type: string,
  values: readonly SqlValue[],
  bound: readonly unknown[] = values.map((value) => valueText(value)._unsafeUnwrap()),
): Promise<readonly number[]> {
  const literals = await Promise.all(values.map(literalOf));
  const pairs = literals.map((literal, at) => `(${at}, (${literal}::${type})::text, ($${at + 1}::${type})::text)`);
  const { rows } = await client.query(
    `select number from (values ${pairs.join(', ')}) as pair(number, rendered, bound) where rendered is distinct from bound`,
    [...bound],
  );
  return rows.map(({ number }) => Number(number));
}

test.each(types)('a rendered value equals the bound one, as %s', async (type, values) => {
  // So many types that there are far more than ten thousand values; a statement takes a part of them at a time.
  const sample = fc.sample(fc.option(values), { numRuns: 220, seed: 2_026 });
  for (let from = 0; from < sample.length; from += 150)
    expect(await differing(type, sample.slice(from, from + 150))).toEqual([]);
});

test('so many values are compared', () => {
  expect(types.length * 220).toBeGreaterThan(10_000);
});

test.each(types)('and so it does where the server does not conform to the standard, as %s', async (type, values) => {
  await client.query('set standard_conforming_strings = off; set escape_string_warning = off');
  try {
    expect(await differing(type, fc.sample(fc.option(values), { numRuns: 40, seed: 11 }))).toEqual([]);
  } finally {
    await client.query('reset all');
  }
});

/** Without what the driver itself does not carry: the sign of -0, bigints in documents, seconds in the zones of old dates. */
const signed = fc.double().filter((value) => !Object.is(value, -0));
const recent = fc.date({
  min: new Date('1990-01-01T00:00:00Z'),
  max: new Date('9000-01-01T00:00:00Z'),
  noInvalidDate: true,
});
const plainDocument = fc.dictionary(hostile, fc.oneof(hostile, fc.integer(), fc.boolean(), fc.constant(null)), {
  noNullPrototype: true,
});
const drivenTypes: readonly (readonly [type: string, values: fc.Arbitrary<SqlValue>])[] = [
  ['text', hostile],
  ['int4', fc.integer()],
  ['int8', int8],
  ['numeric', signed],
  ['float8', signed],
  ['boolean', fc.boolean()],
  ['timestamptz', recent],
  ['bytea', bytes.map((value) => Buffer.from(value))],
  ['jsonb', plainDocument],
  ['text[]', lists(hostile)],
  ['text[]', grid],
  ['int8[]', lists(int8)],
  ['float8[]', lists(signed)],
  ['boolean[]', lists(fc.boolean())],
  ['bytea[]', lists(bytes.map((value) => Buffer.from(value)))],
  ['jsonb[]', lists(plainDocument)],
];

test.each(drivenTypes)(
  'a rendered value equals the one that a driver binds in its own way, as %s',
  async (type, values) => {
    const sample = fc.sample(fc.option(values), { numRuns: 150, seed: 4_711 });
    expect(await differing(type, sample, sample)).toEqual([]);
  },
);

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
