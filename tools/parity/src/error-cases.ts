import type { ErrorKind, Statement } from '@hybrid-supabase/core';
import { sql } from '@hybrid-supabase/sql';
import type { Ask, ExpectedError, ParityCase } from './parity-case.js';

/** Refused before anything is sent: a statement, and the kind and code of the refusal. */
const refused: readonly (readonly [statement: Statement, kind: ErrorKind, code: string, sqlState?: string])[] = [
  [sql`delete from parity_rows`, 'invalid-request', 'not-a-read'],
  [sql`select 1; select 2`, 'invalid-request', 'several-statements'],
  [sql`-- nothing`, 'invalid-request', 'empty-statement'],
  [sql`select 1 for`, 'invalid-request', '42601', '42601'],
  [sql`select pg_notify('c', 'x')`, 'invalid-request', 'refused-call'],
  [sql`select ${'\0'}`, 'invalid-request', 'unsendable-text'],
  [{ text: 'select $1', values: [] }, 'invalid-request', 'wrong-parameters'],
];

/** What the database itself answers to a read. */
const answered: readonly (readonly [statement: Statement, kind: ErrorKind, sqlState: string, code?: string])[] = [
  [sql`select 1 / 0`, 'failed', '22012'],
  [sql`select ${'x'}::int4`, 'failed', '22P02'],
  [sql`select ${'2147483648'}::int4`, 'failed', '22003'],
  [sql`select ${'2026-02-30'}::date`, 'failed', '22008'],
  [sql`select ${'{1'}::int4[]`, 'failed', '22P02'],
  [sql`select ${'neither'}::parity_mood`, 'failed', '22P02'],
  [sql`select ${'{'}::jsonb`, 'failed', '22P02'],
  [sql`select (select n from generate_series(1, 2) n)`, 'failed', '21000'],
  [sql`select * from parity_absent`, 'invalid-request', '42P01'],
  [sql`select absent from parity_rows`, 'invalid-request', '42703'],
  [sql`select parity_absent()`, 'invalid-request', '42883'],
  [sql`select 1 + true`, 'invalid-request', '42883'],
  [sql`select id, count(*) from parity_rows`, 'invalid-request', '42803'],
  [sql`select parity_lies()`, 'denied', '25006', 'read-only'],
  [sql`select parity_fails('P0001')`, 'failed', 'P0001'],
  [sql`select parity_fails('P0002')`, 'failed', 'P0002'],
  [sql`select parity_fails('0A000')`, 'failed', '0A000'],
  [sql`select parity_fails('40001')`, 'unavailable', '40001'],
  [sql`select parity_fails('40P01')`, 'unavailable', '40P01'],
  [sql`select parity_fails('42501')`, 'denied', '42501'],
  [sql`select parity_fails('54000')`, 'failed', '54000'],
  [sql`select parity_fails('55P03')`, 'unavailable', '55P03'],
  [sql`select parity_fails('57014')`, 'timed-out', '57014'],
  [sql`select parity_fails('MY001')`, 'failed', 'MY001'],
];

type Write = (layer: string) => Statement;

/** What the database itself answers to a write; a row 10 is there on every layer. */
const broken: readonly (readonly [name: string, write: Write, kind: ErrorKind, sqlState: string])[] = [
  ['unique', (layer) => sql`insert into parity_rows values (${layer}, 10, 'again')`, 'conflict', '23505'],
  ['not null', (layer) => sql`insert into parity_rows values (${layer}, null, 'x')`, 'failed', '23502'],
  ['check', (layer) => sql`insert into parity_rows values (${layer}, -1, 'x')`, 'failed', '23514'],
  ['foreign key', (layer) => sql`insert into parity_children values (${layer}, 99)`, 'failed', '23503'],
  [
    'exclusion',
    (layer) => sql`insert into parity_spans values (${layer}, '[1,3)'), (${layer}, '[2,4)')`,
    'conflict',
    '23P01',
  ],
  [
    'length',
    (layer) =>
      sql`insert into parity_rows values (${layer}, 11, ${'x'.repeat(21)}::varchar(20)::text || repeat('y', 90))`,
    'failed',
    '23514',
  ],
  ['no such column', (layer) => sql`insert into parity_rows (nothing) values (${layer})`, 'invalid-request', '42703'],
];

const expected = (kind: ErrorKind, code: string, sqlState?: string): { readonly error: ExpectedError } => ({
  error: { kind, code, ...(sqlState === undefined ? {} : { sqlState }), effect: 'none' },
});
const failing = (name: string, ask: Ask, error: { readonly error: ExpectedError }): ParityCase => ({
  name,
  ask,
  expected: error,
});

/** Errors: kind, code, SQLSTATE and effect must be alike. */
export const errorCases: readonly ParityCase[] = [
  ...refused.map(([read, kind, code, sqlState]) =>
    failing(`refused: ${code}`, { read }, expected(kind, code, sqlState)),
  ),
  ...answered.map(([read, kind, sqlState, code]) =>
    failing(`${sqlState}: ${read.text}`, { read }, expected(kind, code ?? sqlState, sqlState)),
  ),
  {
    name: 'the row that is in the way',
    ask: { write: (layer) => sql`insert into parity_rows values (${layer}, 10, 'ten')` },
    expected: { results: [{ columns: [], rows: [], rowCount: 1 }] },
  },
  ...broken.map(([name, write, kind, sqlState]) =>
    failing(`${sqlState}: ${name}`, { write }, expected(kind, sqlState, sqlState)),
  ),
  failing('transaction control', { write: () => sql`commit` }, expected('invalid-request', 'transaction-control')),
  failing('vacuum', { write: () => sql`vacuum` }, expected('unsupported', 'needs-no-transaction')),
  failing('copy', { write: () => sql`copy parity_rows to stdout` }, expected('unsupported', 'copy')),
  failing(
    'a key with other statements',
    { write: (layer) => sql`insert into parity_rows values (${layer}, 20, 'other')`, key: 'keyed' },
    expected('conflict', 'key-reused', 'HB002'),
  ),
  failing(
    'a result too large to record',
    { write: () => sql`select repeat('x', 1100000) as long`, key: 'too-large' },
    expected('failed', 'result-too-large', 'HB003'),
  ),
  failing(
    'a batch that fails in its second statement',
    { batch: (layer) => [sql`insert into parity_rows values (${layer}, 30, 'x')`, sql`select 1 / 0`] },
    expected('failed', '22012', '22012'),
  ),
  {
    name: 'nothing of the failed batch is there',
    ask: { read: sql`select count(*)::int as n from parity_rows where id = 30` },
    expected: { results: [{ columns: ['n integer'], rows: [[0]], rowCount: 1 }] },
  },
];
