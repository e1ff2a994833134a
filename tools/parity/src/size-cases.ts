import type { Statement } from '@hybrid-supabase/core';
import { sql } from '@hybrid-supabase/sql';
import type { ParityCase } from './parity-case.js';

const tooLarge: ParityCase['expected'] = { error: { kind: 'failed', code: 'result-too-large', effect: 'none' } };
const insert = (layer: string, id: number): Statement =>
  sql`insert into parity_rows values (${layer}, ${id}, 'x') returning repeat('x', 5000000) as long, repeat('y', 4000000) as other`;
const half = (layer: string, id: number): Statement =>
  sql`insert into parity_rows values (${layer}, ${id}, 'x') returning repeat('x', 4500000) as long`;

/** Results larger than a layer may carry: refused in the database, and whoever asks next is served. */
export const sizeCases: readonly ParityCase[] = [
  { name: 'a result of 9 MB', ask: { read: sql`select repeat('x', 9000000) as long` }, expected: tooLarge },
  {
    name: 'a result of 30 MB in many rows',
    ask: { read: sql`select repeat('x', 1000) as line from generate_series(1, 30000)` },
    expected: tooLarge,
  },
  {
    name: 'its length, which is small',
    ask: { read: sql`select length(string_agg(repeat('x', 1000), '')) as n from generate_series(1, 30000)` },
    expected: { results: [{ columns: ['n integer'], rows: [[30_000_000]], rowCount: 1 }] },
  },
  {
    name: 'a write that gives 9 MB back',
    ask: { write: (layer) => insert(layer, 40) },
    expected: tooLarge,
  },
  {
    name: 'two statements that give 9 MB back together',
    ask: { batch: (layer) => [half(layer, 41), half(layer, 42)] },
    expected: tooLarge,
  },
  {
    name: 'nothing of these writes is there',
    ask: { read: sql`select count(*)::int as n from parity_rows where id between 40 and 42` },
    expected: { results: [{ columns: ['n integer'], rows: [[0]], rowCount: 1 }] },
  },
];
