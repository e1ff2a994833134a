import type { SqlPort, SqlResult, Statement } from '@hybrid-supabase/core';
import fc from 'fast-check';
import { sql } from '../src/index.js';
import { createCall, openTestDatabase, type TestDatabase } from './test-database.js';

let database: TestDatabase;
beforeAll(async () => {
  database = await openTestDatabase();
  const client = await database.connect();
  await client.query(`create type mood as enum ('sad', 'ok'); create type pair as (a int8, b text);
    create domain cents as int8; create domain small_cents as cents; create domain tags as text[];
    create schema "S ""x"; grant usage on schema "S ""x" to service_role; create type "S ""x"."T'y\\" as enum ('a');`);
}, 60_000);
afterAll(() => database.close());

const doors: readonly (readonly [string, () => SqlPort])[] = [
  ['text', () => database.byText],
  ['function', () => database.byFunction],
];

async function read(port: SqlPort, statement: Statement): Promise<SqlResult> {
  return (await port.read(statement, createCall()))._unsafeUnwrap();
}

/** An expression, PostgreSQL's name of its type, and the value as it must arrive. */
const cells: readonly (readonly [expression: string, type: string, value: unknown])[] = [
  ['9223372036854775807', 'bigint', 9223372036854775807n],
  ["'-9223372036854775808'::int8", 'bigint', -9223372036854775808n],
  ['1::int8', 'bigint', 1n],
  ['2147483647', 'integer', 2147483647],
  ['1::int2', 'smallint', 1],
  ['1.10', 'numeric', '1.10'],
  [
    "'1234567890123456789012345678901234567890.000000001'::numeric",
    'numeric',
    '1234567890123456789012345678901234567890.000000001',
  ],
  ["'NaN'::numeric", 'numeric', 'NaN'],
  ["'Infinity'::numeric", 'numeric', 'Infinity'],
  ["'NaN'::float8", 'double precision', NaN],
  ["'Infinity'::float8", 'double precision', Infinity],
  ["'-Infinity'::float4", 'real', -Infinity],
  ["'-0'::float8", 'double precision', -0],
  ["'1e308'::float8", 'double precision', 1e308],
  ["'5e-324'::float8", 'double precision', 5e-324],
  ["'0.1'::float4", 'real', 0.1],
  ['true', 'boolean', true],
  ['null::int8', 'bigint', null],
  ["''::text", 'text', ''],
  ["E'it''s \\u2028 \\u2029 \\\\ \"q\" \\U0001F600 \\n \\x01'::text", 'text', 'it\'s \u2028 \u2029 \\ "q" 😀 \n \x01'],
  ["'ab'::char(4)", 'character', 'ab  '],
  ["'\\x00ff'::bytea", 'bytea', '\\x00ff'],
  [
    "'2026-11-22 20:15:00.123456+02'::timestamptz at time zone 'UTC'",
    'timestamp without time zone',
    '2026-11-22T18:15:00.123456',
  ],
  ["'infinity'::timestamptz", 'timestamp with time zone', 'infinity'],
  ["'2026-02-03'::date", 'date', '2026-02-03'],
  ["'25 hours'::interval", 'interval', '25:00:00'],
  ["'00000000-0000-0000-0000-00000000000a'::uuid", 'uuid', '00000000-0000-0000-0000-00000000000a'],
  ["'127.0.0.1'::inet", 'inet', '127.0.0.1'],
  ["'[1,5)'::int4range", 'int4range', '[1,5)'],
  ["'ok'::mood", 'mood', 'ok'],
  ["'storage.objects'::text::regclass is null", 'boolean', false],
  [
    '\'{"a": 1.10, "b": [9007199254740993, null], "c": 1e400}\'::jsonb',
    'jsonb',
    { a: 1.1, b: ['9007199254740993', null], c: `1${'0'.repeat(400)}` },
  ],
  ['\'{"a": 1, "a" : 2.50}\'::json', 'json', { a: 2.5 }],
  ["'null'::jsonb", 'jsonb', null],
  ["'[]'::jsonb", 'jsonb', []],
  ['\'"x"\'::jsonb', 'jsonb', 'x'],
  ["'{1,NULL,9007199254740993}'::int8[]", 'bigint[]', [1n, null, 9007199254740993n]],
  [
    "'{{1,2},{3,4}}'::int4[]",
    'integer[]',
    [
      [1, 2],
      [3, 4],
    ],
  ],
  ["'{}'::text[]", 'text[]', []],
  ["'{1.10,NaN}'::numeric[]", 'numeric[]', ['1.10', 'NaN']],
  ["'{NaN,-0,1e308}'::float8[]", 'double precision[]', [NaN, -0, 1e308]],
  ["array['[1]'::jsonb, 'null'::jsonb]", 'jsonb[]', [[1], null]],
  ["'{t,f}'::bool[]", 'boolean[]', [true, false]],
  ["row(1, 'x')::pair", 'pair', { a: 1, b: 'x' }],
  ['9007199254740993::cents', 'cents', 9007199254740993n],
  ['1::small_cents', 'small_cents', 1n],
  ["'{a}'::tags", 'tags', ['a']],
  ["array['ok'::mood]", 'mood[]', ['ok']],
  ['5::information_schema.cardinal_number', 'information_schema.cardinal_number', 5],
  [`'a'::"S ""x"."T'y\\"`, `"S ""x"."T'y\\"`, 'a'],
  ["'{[1,3)}'::int4multirange", 'int4multirange', '{[1,3)}'],
];

describe.each(doors)('by %s', (_name, port) => {
  test.each(cells)('%s is %s', async (expression, type, value) => {
    const result = await read(port(), { text: `select ${expression} as cell`, values: [] });
    expect(result).toEqual({ columns: [{ name: 'cell', type }], rows: [{ cell: value }], rowCount: 1 });
    expect(Object.is(result.rows[0]?.['cell'], -0)).toBe(Object.is(value, -0));
  });

  test('a repeated name gets the first free number, and order is kept', async () => {
    const result = await read(port(), { text: 'select 1 as a, 2 as a, 3 as a_2, 4 as "A", 5 as a', values: [] });
    expect(result.columns.map(({ name }) => name)).toEqual(['a', 'a_2', 'a_2_2', 'A', 'a_3']);
    expect(Object.entries(result.rows[0] ?? {})).toEqual([
      ['a', 1],
      ['a_2', 2],
      ['a_2_2', 3],
      ['A', 4],
      ['a_3', 5],
    ]);
  });

  test('no rows still have names and types', async () => {
    const result = await read(port(), { text: 'select 1::int8 as a, now() as "B c" where false', values: [] });
    expect(result).toEqual({
      columns: [
        { name: 'a', type: 'bigint' },
        { name: 'B c', type: 'timestamp with time zone' },
      ],
      rows: [],
      rowCount: 0,
    });
  });

  test('rows without columns are counted', async () => {
    expect(await read(port(), { text: 'select from generate_series(1, 3)', values: [] })).toEqual({
      columns: [],
      rows: [{}, {}, {}],
      rowCount: 3,
    });
  });

  test('the order of the statement is kept, and 100,000 rows arrive', async () => {
    const { rows } = await read(port(), sql`select i from generate_series(1, ${100_000}::int) i order by -i`);
    expect([rows.length, rows[0], rows[99_999]]).toEqual([100_000, { i: 100_000 }, { i: 1 }]);
  });

  test.each([
    'values (1)',
    '(select 1 as column1)',
    'with hybrid_rows as (select 1 as column1) select * from hybrid_rows -- end',
    'select 1 as column1 /* no end */ ;',
    'with recursive n(column1) as (select 1 union all select column1 + 1 from n where column1 < 1) table n',
  ])('%s is read', async (text) => {
    expect((await read(port(), { text, values: [] })).rows).toEqual([{ column1: 1 }]);
  });

  test('columns named as our own parts are read', async () => {
    const result = await read(port(), {
      text: 'select 1 as hybrid_rows, 2 as e, 3 as s, 4 as t, 5 as one, 6 as hybrid, 7 as types',
      values: [],
    });
    expect(result.rows).toEqual([{ hybrid_rows: 1, e: 2, s: 3, t: 4, one: 5, hybrid: 6, types: 7 }]);
  });

  test('two hundred columns keep their types', async () => {
    const text = `select ${Array.from({ length: 200 }, (_, at) => (at % 2 === 0 ? `${at}::int8` : `'${at}'::text`) + ` as c${at}`).join(', ')}`;
    const { columns, rows } = await read(port(), { text, values: [] });
    expect(columns.map(({ type }) => type)).toEqual(
      Array.from({ length: 200 }, (_, at) => (at % 2 === 0 ? 'bigint' : 'text')),
    );
    expect([rows[0]?.['c198'], rows[0]?.['c199']]).toEqual([198n, '199']);
  });

  test('values come back as they were sent', async () => {
    const text = fc.string({ unit: 'binary' }).filter((value) => !/\0|\p{Surrogate}/u.test(value));
    const values = fc.record({
      a: fc.option(fc.bigInt({ min: -(2n ** 63n), max: 2n ** 63n - 1n })),
      b: fc.option(fc.double()),
      c: fc.option(text),
      d: fc.option(fc.boolean()),
      e: fc.option(fc.integer()),
      f: fc.option(fc.array(fc.option(text), { maxLength: 4 })),
      g: fc.option(
        fc.dictionary(
          text.filter((name) => name !== '__proto__'),
          fc.oneof(
            text,
            fc.integer(),
            fc.constant(null),
            fc.double({ noNaN: true, noDefaultInfinity: true, min: -1e15, max: 1e15 }),
          ),
          { noNullPrototype: true },
        ),
      ),
      h: fc.option(fc.array(fc.option(fc.bigInt({ min: -(2n ** 63n), max: 2n ** 63n - 1n })), { maxLength: 4 })),
    });
    const sample = fc.sample(values, { numRuns: 150, seed: 31 });
    const lines = sample.map(
      (v, at) =>
        sql`(${at}::int, ${v.a}::int8, ${v.b}::float8, ${v.c}::text, ${v.d}::bool, ${v.e}::int4, ${v.f}::text[], ${v.g}::json, ${v.h}::int8[])`,
    );
    const { rows } = await read(
      port(),
      sql`select a, b, c, d, e, f, g, h from (values ${sql.join(lines)}) v(n, a, b, c, d, e, f, g, h) order by n`,
    );
    expect(rows).toEqual(sample);
  });
});
