import type { DecodeOptions } from '@hybrid-supabase/core';
import { sql } from '@hybrid-supabase/sql';
import type { ParityCase } from './parity-case.js';

const numbers = sql`select 9007199254740993::int8 as big, 7::parity_cents as cents, '{1,NULL}'::int8[] as list,
  1.10::numeric as exact, 2.50::parity_price as price, 'NaN'::numeric as nan, '{1.5,-Infinity}'::numeric[] as parts,
  8::int4 as small, '{"n": 9007199254740993}'::jsonb as document`;

const columns = [
  'big bigint',
  'cents parity_cents',
  'list bigint[]',
  'exact numeric',
  'price parity_price',
  'nan numeric',
  'parts numeric[]',
  'small integer',
  'document jsonb',
];
const document = { n: '9007199254740993' };

const forms: readonly (readonly [decode: DecodeOptions, row: readonly unknown[]])[] = [
  [{}, [9007199254740993n, 7n, [1n, null], '1.10', '2.50', 'NaN', ['1.5', '-Infinity'], 8, document]],
  [{ int8: 'number' }, [9007199254740992, 7, [1, null], '1.10', '2.50', 'NaN', ['1.5', '-Infinity'], 8, document]],
  [
    { int8: 'text', numeric: 'text' },
    ['9007199254740993', '7', ['1', null], '1.10', '2.50', 'NaN', ['1.5', '-Infinity'], 8, document],
  ],
  [{ numeric: 'number' }, [9007199254740993n, 7n, [1n, null], 1.1, 2.5, NaN, [1.5, -Infinity], 8, document]],
];

const count = sql`select count(*) as n, 0.5 as half from parity_once`;

/** How int8 and numeric come back when a statement says so. */
export const decodeCases: readonly ParityCase[] = [
  ...forms.map(([decode, row]): ParityCase => ({
    name: `decoded by ${JSON.stringify(decode)}`,
    ask: { read: { ...numbers, decode } },
    expected: { results: [{ columns, rows: [row], rowCount: 1 }] },
  })),
  {
    name: 'a form without rows',
    ask: { read: { ...sql`select 1::int8 as a where false`, decode: { int8: 'number' } } },
    expected: { results: [{ columns: ['a bigint'], rows: [], rowCount: 0 }] },
  },
  {
    name: 'each statement of a batch has its own form',
    ask: { batch: () => [count, { ...count, decode: { int8: 'number', numeric: 'number' } }] },
    expected: {
      results: [
        { columns: ['n bigint', 'half numeric'], rows: [[0n, '0.5']], rowCount: 1 },
        { columns: ['n bigint', 'half numeric'], rows: [[0, 0.5]], rowCount: 1 },
      ],
    },
  },
  {
    name: 'a keyed write in a form',
    ask: { write: () => ({ ...sql`select 7::int8 as seven`, decode: { int8: 'number' } }), key: 'form' },
    expected: { results: [{ columns: ['seven bigint'], rows: [[7]], rowCount: 1 }] },
  },
  {
    name: 'its recorded result in another form: the form is no part of what the key stands for',
    ask: { write: () => ({ ...sql`select 7::int8 as seven`, decode: { int8: 'text' } }), key: 'form' },
    expected: { results: [{ columns: ['seven bigint'], rows: [['7']], rowCount: 1 }] },
  },
];
