import type { SqlValue } from '@hybrid-supabase/core';
import type { ParityCase } from './parity-case.js';

type Cell = readonly [expression: string, type: string, value: unknown];

/** An expression, PostgreSQL's name of its type, and the value as it must arrive. */
const cells: readonly Cell[] = [
  ['true', 'boolean', true],
  ['null::boolean', 'boolean', null],
  ['32767::int2', 'smallint', 32767],
  ['(-2147483648)::int4', 'integer', -2147483648],
  ['9223372036854775807', 'bigint', 9223372036854775807n],
  ["'-9223372036854775808'::int8", 'bigint', -9223372036854775808n],
  ['1::int8', 'bigint', 1n],
  ['1.10', 'numeric', '1.10'],
  ["'12345678901234567890.000000001'::numeric", 'numeric', '12345678901234567890.000000001'],
  ["'NaN'::numeric", 'numeric', 'NaN'],
  ["'-Infinity'::numeric", 'numeric', '-Infinity'],
  ["'0.1'::float4", 'real', 0.1],
  ["'-Infinity'::float4", 'real', -Infinity],
  ["'NaN'::float8", 'double precision', NaN],
  ["'Infinity'::float8", 'double precision', Infinity],
  ["'-0'::float8", 'double precision', -0],
  ["'1.7976931348623157e308'::float8", 'double precision', 1.7976931348623157e308],
  ["'5e-324'::float8", 'double precision', 5e-324],
  ["''::text", 'text', ''],
  [
    "E'it''s \\\\ \"q\" \\u2028 \\u2029 \\U0001F600 \\n\\t \\x01'::text",
    'text',
    'it\'s \\ "q" \u2028 \u2029 😀 \n\t \x01',
  ],
  ["'ab'::char(4)", 'character', 'ab  '],
  ["'ab'::varchar(4)", 'character varying', 'ab'],
  ["'\\x00ff'::bytea", 'bytea', '\\x00ff'],
  ["''::bytea", 'bytea', '\\x'],
  ["'2026-11-22 20:15:00.123456+02'::timestamptz", 'timestamp with time zone', '2026-11-22T18:15:00.123456+00:00'],
  ["'infinity'::timestamptz", 'timestamp with time zone', 'infinity'],
  ["'2026-11-22 20:15:00'::timestamp", 'timestamp without time zone', '2026-11-22T20:15:00'],
  ["'2026-02-03'::date", 'date', '2026-02-03'],
  ["'0044-03-15 BC'::date", 'date', '0044-03-15 BC'],
  ["'23:59:59.5'::time", 'time without time zone', '23:59:59.5'],
  ["'23:59:59+02'::timetz", 'time with time zone', '23:59:59+02'],
  ["'1 year 2 mons -3 days 25:00:00.5'::interval", 'interval', '1 year 2 mons -3 days +25:00:00.5'],
  ["'00000000-0000-0000-0000-00000000000a'::uuid", 'uuid', '00000000-0000-0000-0000-00000000000a'],
  ["'127.0.0.1/8'::inet", 'inet', '127.0.0.1/8'],
  ["B'101'::varbit", 'bit varying', '101'],
  ["'(1,2)'::point", 'point', '(1,2)'],
  ["'a:1 b:2'::tsvector", 'tsvector', "'a':1 'b':2"],
  ["'[1,5)'::int4range", 'int4range', '[1,5)'],
  ["'empty'::int8range", 'int8range', 'empty'],
  ["'[2026-01-01,)'::daterange", 'daterange', '[2026-01-01,)'],
  ["'ok'::parity_mood", 'parity_mood', 'ok'],
  ["row(9007199254740993, 'x')::parity_pair", 'parity_pair', { a: '9007199254740993', b: 'x' }],
  ['row(1, null)::parity_pair', 'parity_pair', { a: 1, b: null }],
  ['9007199254740993::parity_cents', 'parity_cents', 9007199254740993n],
  ['null::jsonb', 'jsonb', null],
  ["'null'::jsonb", 'jsonb', null],
  ['\'"null"\'::jsonb', 'jsonb', 'null'],
  [
    '\'{"b": [9007199254740993, 1.10, null, true], "a": {"": "x"}}\'::jsonb',
    'jsonb',
    { a: { '': 'x' }, b: ['9007199254740993', 1.1, null, true] },
  ],
  ['\'{"a": 1, "a" : 2.50}\'::json', 'json', { a: 2.5 }],
  ["'[1e400]'::jsonb", 'jsonb', [`1${'0'.repeat(400)}`]],
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
  ["array['a,b', '\"', '{}', '\\', 'NULL', null]::text[]", 'text[]', ['a,b', '"', '{}', '\\', 'NULL', null]],
  ["'{1.10,NaN}'::numeric[]", 'numeric[]', ['1.10', 'NaN']],
  ["array['[1]'::jsonb, 'null'::jsonb]", 'jsonb[]', [[1], null]],
  ["array['\\x00'::bytea]", 'bytea[]', ['\\x00']],
  ["array[row(1, 'x')::parity_pair]", 'parity_pair[]', [{ a: 1, b: 'x' }]],
  ["current_setting('transaction_read_only')", 'text', 'on'],
  ["current_setting('TimeZone')", 'text', 'UTC'],
];

type Parameter = readonly [type: string, given: SqlValue, shown: string, value: unknown];

/** A type, a parameter, PostgreSQL's name of the type and the value as it must come back. */
const parameters: readonly Parameter[] = [
  ['int8', 9223372036854775807n, 'bigint', 9223372036854775807n],
  ['int4', -7, 'integer', -7],
  ['float8', NaN, 'double precision', NaN],
  ['numeric', '0.10', 'numeric', '0.10'],
  ['text', `'; drop table t; -- $1 $$ \\ " /* `, 'text', `'; drop table t; -- $1 $$ \\ " /* `],
  ['text', '\\', 'text', '\\'],
  ['bytea', new Uint8Array([0, 39, 92, 255]), 'bytea', '\\x00275cff'],
  ['timestamptz', new Date('2026-11-22T18:15:00.123Z'), 'timestamp with time zone', '2026-11-22T18:15:00.123+00:00'],
  ['jsonb', { "it's": ['\\', null, 1.5] }, 'jsonb', { "it's": ['\\', null, 1.5] }],
  ['text[]', ["'", '"', '\\', null, 'NULL', ''], 'text[]', ["'", '"', '\\', null, 'NULL', '']],
  [
    'int8[]',
    [
      [1n, 2n],
      [3n, null],
    ],
    'bigint[]',
    [
      [1n, 2n],
      [3n, null],
    ],
  ],
  ['parity_mood', 'sad', 'parity_mood', 'sad'],
  ['text', null, 'text', null],
];

const one = (name: string, text: string, values: readonly SqlValue[], type: string, value: unknown): ParityCase => ({
  name,
  ask: { read: { text, values } },
  expected: { results: [{ columns: [`cell ${type}`], rows: [[value]], rowCount: 1 }] },
});

/** Every type, as the server makes it and as a parameter carries it there and back. */
export const valueCases: readonly ParityCase[] = [
  ...cells.map(([expression, type, value]) => one(expression, `select ${expression} as cell`, [], type, value)),
  ...parameters.map(([type, given, shown, value], at) =>
    one(`parameter ${at + 1}, ${type}`, `select $1::${type} as cell`, [given], shown, value),
  ),
];
