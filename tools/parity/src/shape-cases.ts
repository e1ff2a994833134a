import { sql } from '@hybrid-supabase/sql';
import type { ParityCase } from './parity-case.js';

/** Rows and columns as a whole, writes and batches. */
export const shapeCases: readonly ParityCase[] = [
  {
    name: 'no rows, names and types known',
    ask: { read: sql`select 1::int8 as a, now() as "B c" where false` },
    expected: { results: [{ columns: ['a bigint', 'B c timestamp with time zone'], rows: [], rowCount: 0 }] },
  },
  {
    name: 'rows without columns',
    ask: { read: sql`select from generate_series(1, 3)` },
    expected: { results: [{ columns: [], rows: [[], [], []], rowCount: 3 }] },
  },
  {
    name: 'repeated names',
    ask: { read: sql`select 1 as a, 2 as a, 3 as a_2, 4 as a` },
    expected: {
      results: [
        { columns: ['a integer', 'a_2 integer', 'a_2_2 integer', 'a_3 integer'], rows: [[1, 2, 3, 4]], rowCount: 1 },
      ],
    },
  },
  {
    name: 'one type for all rows of a column',
    ask: { read: sql`select v from (values (1::int8), (null), (9007199254740993)) t(v)` },
    expected: { results: [{ columns: ['v bigint'], rows: [[1n], [null], [9007199254740993n]], rowCount: 3 }] },
  },
  {
    name: 'order of the rows',
    ask: { read: sql`select n from generate_series(1, 4) n order by -n` },
    expected: { results: [{ columns: ['n integer'], rows: [[4], [3], [2], [1]], rowCount: 4 }] },
  },
  {
    name: 'a list of parameters',
    ask: { read: sql`select n from generate_series(1, 9) n where n in (${sql.join([2, 4, 99])})` },
    expected: { results: [{ columns: ['n integer'], rows: [[2], [4]], rowCount: 2 }] },
  },
  {
    name: 'an identifier',
    ask: { read: sql`select 1 as ${sql.identifier('He said "no"')}` },
    expected: { results: [{ columns: ['He said "no" integer'], rows: [[1]], rowCount: 1 }] },
  },
  {
    name: 'insert counts',
    ask: { write: (layer) => sql`insert into parity_rows values (${layer}, 1, 'one'), (${layer}, 2, 'two')` },
    expected: { results: [{ columns: [], rows: [], rowCount: 2 }] },
  },
  {
    name: 'insert returning',
    ask: { write: (layer) => sql`insert into parity_rows values (${layer}, 3, null) returning id, label` },
    expected: { results: [{ columns: ['id bigint', 'label text'], rows: [[3n, null]], rowCount: 1 }] },
  },
  {
    name: 'update of nothing',
    ask: { write: (layer) => sql`update parity_rows set label = 'x' where layer = ${layer} and id = 99` },
    expected: { results: [{ columns: [], rows: [], rowCount: 0 }] },
  },
  {
    name: 'update in a with part',
    ask: {
      write: (layer) => sql`with changed as (
        update parity_rows set label = 'uno' where layer = ${layer} and id = 1 returning label
      ) select label from changed`,
    },
    expected: { results: [{ columns: ['label text'], rows: [['uno']], rowCount: 1 }] },
  },
  {
    name: 'a statement that gives nothing',
    ask: { write: () => sql`set local lock_timeout = 5000` },
    expected: { results: [{ columns: [], rows: [], rowCount: null }] },
  },
  {
    name: 'a batch',
    ask: {
      batch: (layer) => [
        sql`insert into parity_rows values (${layer}, 4, 'four')`,
        sql`select label from parity_rows where layer = ${layer} and id = 4`,
      ],
    },
    expected: {
      results: [
        { columns: [], rows: [], rowCount: 1 },
        { columns: ['label text'], rows: [['four']], rowCount: 1 },
      ],
    },
  },
  {
    name: 'a keyed write',
    ask: { write: (layer) => sql`insert into parity_rows values (${layer}, 5, 'five') returning label`, key: 'keyed' },
    expected: { results: [{ columns: ['label text'], rows: [['five']], rowCount: 1 }] },
  },
  {
    name: 'the keyed write again',
    ask: { write: (layer) => sql`insert into parity_rows values (${layer}, 5, 'five') returning label`, key: 'keyed' },
    expected: { results: [{ columns: ['label text'], rows: [['five']], rowCount: 1 }] },
  },
  {
    name: 'one key through all layers at once',
    ask: { write: () => sql`insert into parity_once values ('once') returning word`, key: 'once', sharesKey: true },
    expected: { results: [{ columns: ['word text'], rows: [['once']], rowCount: 1 }] },
  },
  {
    name: 'what one key did',
    ask: { read: sql`select count(*) as times from parity_once` },
    expected: { results: [{ columns: ['times bigint'], rows: [[1n]], rowCount: 1 }] },
  },
];
