import { sql } from '@hybrid-supabase/sql';
import type { Statement } from '@hybrid-supabase/core';
import type { ParityCase } from './parity-case.js';

const plan = (read: Statement, lines: readonly unknown[], type = 'text'): ParityCase => ({
  name: `${read.text} ${JSON.stringify(read.values)}`,
  ask: { read },
  expected: {
    results: [{ columns: [`QUERY PLAN ${type}`], rows: lines.map((line) => [line]), rowCount: lines.length }],
  },
});

const shown = (text: string, name: string, value: string): ParityCase => ({
  name: text,
  ask: { read: { text, values: [] } },
  expected: { results: [{ columns: [`${name} text`], rows: [[value]], rowCount: 1 }] },
});

/** Plans and settings: what can stand in no query, and must come back with the same columns and rows all the same. */
export const planCases: readonly ParityCase[] = [
  plan(sql`explain (costs off) select 1`, ['Result']),
  plan(sql`explain (costs off) select * from parity_once where word = ${"it's \\ $$ \u{1f600}"}`, [
    'Seq Scan on parity_once',
    "  Filter: (word = 'it''s \\ $$ \u{1f600}'::text)",
  ]),
  plan(
    sql`explain (costs off, format json) select 1`,
    [[{ Plan: { 'Node Type': 'Result', 'Parallel Aware': false, 'Async Capable': false, Disabled: false } }]],
    'json',
  ),
  plan(sql`explain (costs off, format yaml) select 1`, [
    '- Plan: \n    Node Type: "Result"\n    Parallel Aware: false\n    Async Capable: false\n    Disabled: false',
  ]),
  plan(sql`explain (costs off) delete from parity_once where word = ${'x'}`, [
    'Delete on parity_once',
    '  ->  Seq Scan on parity_once',
    "        Filter: (word = 'x'::text)",
  ]),
  plan(sql`explain (analyze, costs off, timing off, summary off) select 1 where false`, [
    'Result (actual rows=0.00 loops=1)',
    '  One-Time Filter: false',
  ]),
  shown('show transaction_read_only', 'transaction_read_only', 'on'),
  shown('show time zone', 'TimeZone', 'UTC'),
  shown('show datestyle', 'DateStyle', 'ISO, MDY'),
  shown('show transaction isolation level', 'transaction_isolation', 'read committed'),
];
