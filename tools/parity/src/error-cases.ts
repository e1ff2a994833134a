import type { DatabaseNames, ErrorKind, Statement } from '@hybrid-supabase/core';
import { sql } from '@hybrid-supabase/sql';
import type { Ask, ExpectedError, ParityCase, Words } from './parity-case.js';

/** Refused before anything is sent: a statement, and the code of the refusal. */
const refused: readonly (readonly [statement: Statement, code: string])[] = [
  [sql`delete from parity_rows`, 'not-a-read'],
  [sql`explain analyze delete from parity_rows`, 'not-a-read'],
  [sql`explain (analyze off, analyze) select * from parity_rows for update`, 'not-a-read'],
  [sql`select 1; select 2`, 'several-statements'],
  [sql`-- nothing`, 'empty-statement'],
  [sql`select pg_notify('c', 'x')`, 'refused-call'],
  [sql`select ${'\0'}`, 'unsendable-text'],
  [{ text: 'select $1', values: [] }, 'wrong-parameters'],
  [{ ...sql`select 1::int8`, decode: JSON.parse('{"int8": "double"}') }, 'wrong-decode-option'],
];

/** What our own parser does not take, and where: in UTF-16 units of the caller's text, whatever its characters. */
const misspelt: readonly (readonly [text: string, position: number])[] = [
  ['select 1 for', 12],
  ['selec 1', 0],
  ["select '\u{1f600}\u00e9' frm x y", 17],
  ['select $1 /* \u{1f600} */ +\n* 2 from', 21],
];

/** What the answers to a read are about, by their text. */
const names: Readonly<Record<string, DatabaseNames>> = {
  'select * from parity_absent': { table: 'parity_absent' },
  'select * from public.parity_absent': { table: 'public.parity_absent' },
  'explain select * from parity_absent': { table: 'parity_absent' },
  'select absent from parity_rows': { column: 'absent' },
  'select r.absent from parity_rows r': { column: 'absent' },
  'select id from parity_rows a, parity_rows b': { column: 'id' },
  'select id, count(*) from parity_rows': { column: 'id' },
  'select 0::parity_positive': { constraint: 'parity_positive_check' },
};

/** What an error says, by the text of the read or the name of the write; all others must say the same on every layer. */
const words: Readonly<Record<string, Words>> = {
  "select parity_fails('P0001')": { message: 'it fails', hint: 'It was asked to.' },
  "select parity_fails('MY001')": { message: 'it fails', hint: 'It was asked to.' },
  "select parity_fails('42501')": {
    message: 'it fails',
    hint: 'The role of this layer lacks the right; grant it, or use a layer with more authority.',
  },
  'select 1 / 0': { message: 'division by zero', hint: 'A value does not fit its type or its place.' },
  'select * from parity_absent': {
    message: 'relation "parity_absent" does not exist',
    hint: 'Correct the statement; the database did not take it.',
  },
  unique: {
    message: 'duplicate key value violates unique constraint "parity_rows_pkey"',
    hint: 'A row like this is there already.',
  },
};

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
  [sql`select * from public.parity_absent`, 'invalid-request', '42P01'],
  [sql`explain select * from parity_absent`, 'invalid-request', '42P01'],
  [sql`explain (fast) select 1`, 'invalid-request', '42601'],
  [sql`explain analyze select parity_lies()`, 'denied', '25006', 'read-only'],
  [sql`show parity_absent`, 'invalid-request', '42704'],
  [sql`select absent from parity_rows`, 'invalid-request', '42703'],
  [sql`select r.absent from parity_rows r`, 'invalid-request', '42703'],
  [sql`select id from parity_rows a, parity_rows b`, 'invalid-request', '42702'],
  [sql`select absent.id from parity_rows`, 'invalid-request', '42P01'],
  [sql`select 0::parity_positive`, 'failed', '23514'],
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
type Broken = readonly [name: string, write: Write, kind: ErrorKind, sqlState: string, about: DatabaseNames];

/** What the database itself answers to a write, and what that is about; a row 10 is there on every layer. */
const broken: readonly Broken[] = [
  [
    'unique',
    (layer) => sql`insert into parity_rows values (${layer}, 10, 'again')`,
    'conflict',
    '23505',
    { constraint: 'parity_rows_pkey' },
  ],
  [
    'not null',
    (layer) => sql`insert into parity_rows values (${layer}, null, 'x')`,
    'failed',
    '23502',
    { table: 'parity_rows', column: 'id' },
  ],
  [
    'check',
    (layer) => sql`insert into parity_rows values (${layer}, -1, 'x')`,
    'failed',
    '23514',
    { table: 'parity_rows', constraint: 'parity_rows_id_check' },
  ],
  [
    'foreign key',
    (layer) => sql`insert into parity_children values (${layer}, 99)`,
    'failed',
    '23503',
    { table: 'parity_children', constraint: 'parity_children_layer_row_id_fkey' },
  ],
  [
    'foreign key of a row that is needed',
    (layer) => sql`with child as (select 1) delete from parity_rows where layer = ${layer} and id = 10`,
    'failed',
    '23503',
    { table: 'parity_children', constraint: 'parity_children_layer_row_id_fkey' },
  ],
  [
    'exclusion',
    // About the layer's own name: layers that wait for each other's rows may end as a deadlock.
    (layer) => sql`insert into parity_alone values (${layer}), (${layer})`,
    'conflict',
    '23P01',
    { constraint: 'parity_alone_layer_excl' },
  ],
  [
    'length',
    (layer) =>
      sql`insert into parity_rows values (${layer}, 11, ${'x'.repeat(21)}::varchar(20)::text || repeat('y', 90))`,
    'failed',
    '23514',
    { table: 'parity_rows', constraint: 'short' },
  ],
  [
    'no such column',
    (layer) => sql`insert into parity_rows (nothing) values (${layer})`,
    'invalid-request',
    '42703',
    { table: 'parity_rows', column: 'nothing' },
  ],
  [
    'a value of another type',
    (layer) => sql`insert into parity_rows select ${layer}, true, 'x'`,
    'invalid-request',
    '42804',
    { column: 'id' },
  ],
];

type More = Pick<ExpectedError, 'sqlState' | 'about' | 'position'>;

const expected = (kind: ErrorKind, code: string, more: More = {}): { readonly error: ExpectedError } => ({
  error: { kind, code, effect: 'none', ...more },
});
const aboutOf = (text: string): More => {
  const about = names[text];
  return about === undefined ? {} : { about };
};
const failing = (name: string, ask: Ask, error: { readonly error: ExpectedError }, said?: Words): ParityCase => ({
  name,
  ask,
  expected: error,
  ...(said !== undefined && { words: said }),
});

/** Errors: kind, code, SQLSTATE and effect must be alike. */
export const errorCases: readonly ParityCase[] = [
  ...refused.map(([read, code]) =>
    failing(`refused: ${code}, ${read.text}`, { read }, expected('invalid-request', code)),
  ),
  ...misspelt.map(([text, position]) =>
    failing(
      `misspelt: ${text}`,
      { read: { text, values: [] } },
      expected('invalid-request', '42601', { sqlState: '42601', position }),
    ),
  ),
  ...answered.map(([read, kind, sqlState, code]) =>
    failing(
      `${sqlState}: ${read.text}${JSON.stringify(read.values)}`,
      { read },
      expected(kind, code ?? sqlState, { sqlState, ...aboutOf(read.text) }),
      words[read.text],
    ),
  ),
  {
    name: 'the row that is in the way',
    ask: { write: (layer) => sql`insert into parity_rows values (${layer}, 10, 'ten')` },
    expected: { results: [{ columns: [], rows: [], rowCount: 1 }] },
  },
  {
    name: 'the row that needs it',
    ask: { write: (layer) => sql`insert into parity_children values (${layer}, 10)` },
    expected: { results: [{ columns: [], rows: [], rowCount: 1 }] },
  },
  ...broken.map(([name, write, kind, sqlState, about]) =>
    failing(`${sqlState}: ${name}`, { write }, expected(kind, sqlState, { sqlState, about }), words[name]),
  ),
  failing('transaction control', { write: () => sql`commit` }, expected('invalid-request', 'transaction-control')),
  failing('vacuum', { write: () => sql`vacuum` }, expected('unsupported', 'needs-no-transaction')),
  failing(
    'explain as a write',
    { write: () => sql`explain delete from parity_rows` },
    expected('unsupported', 'explain-or-show'),
  ),
  failing('show as a write', { write: () => sql`show work_mem` }, expected('unsupported', 'explain-or-show')),
  failing('copy', { write: () => sql`copy parity_rows to stdout` }, expected('unsupported', 'copy')),
  failing(
    'a key with other statements',
    { write: (layer) => sql`insert into parity_rows values (${layer}, 20, 'other')`, key: 'keyed' },
    expected('conflict', 'key-reused', { sqlState: 'HB002' }),
  ),
  failing(
    'a result too large to record',
    { write: () => sql`select repeat('x', 1100000) as long`, key: 'too-large' },
    expected('failed', 'result-too-large', { sqlState: 'HB003' }),
  ),
  failing(
    'a batch that fails in its second statement',
    { batch: (layer) => [sql`insert into parity_rows values (${layer}, 30, 'x')`, sql`select 1 / 0`] },
    expected('failed', '22012', { sqlState: '22012' }),
  ),
  {
    name: 'nothing of the failed batch is there',
    ask: { read: sql`select count(*)::int as n from parity_rows where id = 30` },
    expected: { results: [{ columns: ['n integer'], rows: [[0]], rowCount: 1 }] },
  },
];
