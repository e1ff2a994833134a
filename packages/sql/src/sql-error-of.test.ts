import { sqlErrorOf, sqlStateMeanings } from './sql-error-of.js';

const errorOf = (sqlState: string, message = 'the database said so') => sqlErrorOf({ layer: 'mcp', sqlState, message });

test.each([
  ['00000', 'failed', 'none', '00000'],
  ['08006', 'unavailable', 'unknown', '08006'],
  ['0A000', 'failed', 'none', '0A000'],
  ['21000', 'failed', 'none', '21000'],
  ['22012', 'failed', 'none', '22012'],
  ['22P02', 'failed', 'none', '22P02'],
  ['23502', 'failed', 'none', '23502'],
  ['23503', 'failed', 'none', '23503'],
  ['23505', 'conflict', 'none', '23505'],
  ['23514', 'failed', 'none', '23514'],
  ['23P01', 'conflict', 'none', '23P01'],
  ['25001', 'unsupported', 'none', 'needs-no-transaction'],
  ['25006', 'denied', 'none', 'read-only'],
  ['25P03', 'interrupted', 'unknown', '25P03'],
  ['25P04', 'timed-out', 'unknown', '25P04'],
  ['28000', 'unauthorized', 'none', '28000'],
  ['28P01', 'unauthorized', 'none', '28P01'],
  ['2D000', 'invalid-request', 'none', 'transaction-control'],
  ['3F000', 'failed', 'none', '3F000'],
  ['40001', 'unavailable', 'none', '40001'],
  ['40002', 'failed', 'none', '40002'],
  ['40003', 'interrupted', 'unknown', '40003'],
  ['40P01', 'unavailable', 'none', '40P01'],
  ['42501', 'denied', 'none', '42501'],
  ['42601', 'invalid-request', 'none', '42601'],
  ['42703', 'invalid-request', 'none', '42703'],
  ['42P01', 'invalid-request', 'none', '42P01'],
  ['53100', 'unavailable', 'unknown', '53100'],
  ['53300', 'unavailable', 'none', '53300'],
  ['54000', 'failed', 'none', '54000'],
  ['55P03', 'unavailable', 'none', '55P03'],
  ['57014', 'timed-out', 'none', '57014'],
  ['57P01', 'interrupted', 'unknown', '57P01'],
  ['57P02', 'interrupted', 'unknown', '57P02'],
  ['57P03', 'unavailable', 'none', '57P03'],
  ['57P05', 'interrupted', 'unknown', '57P05'],
  ['58030', 'unavailable', 'unknown', '58030'],
  ['HB001', 'conflict', 'none', 'fenced'],
  ['HB002', 'conflict', 'none', 'key-reused'],
  ['HB003', 'failed', 'none', 'result-too-large'],
  ['HB004', 'conflict', 'none', 'already-done'],
  ['P0001', 'failed', 'none', 'P0001'],
  ['HV000', 'failed', 'unknown', 'HV000'],
  ['XX000', 'failed', 'unknown', 'XX000'],
])('%s is %s, effect %s, code %s', (sqlState, kind, effect, code) => {
  expect(errorOf(sqlState)).toMatchObject({ layer: 'mcp', sqlState, kind, effect, code });
});

test('every row of the table is reached by a SQLSTATE above or a message below', () => {
  expect(Object.keys(sqlStateMeanings).sort()).toMatchInlineSnapshot(`
   [
     "08",
     "22",
     "23",
     "23505",
     "23P01",
     "25001",
     "25006",
     "25P03",
     "25P04",
     "28",
     "2D000",
     "40",
     "40001",
     "40003",
     "40P01",
     "42",
     "42501",
     "53",
     "53300",
     "55P03",
     "57",
     "57014",
     "57P01",
     "57P02",
     "57P03",
     "57P05",
     "58",
     "HB001",
     "HB002",
     "HB003",
     "HB004",
     "HV",
     "XX",
     "not-installed",
     "other",
   ]
  `);
});

test('what blames the database says so, so that nobody escapes into another door of it', () => {
  const states = ['40001', '40P01', '55P03', '57014', '57P01', '57P03', '53300', '53100', '08006'];
  expect(states.map((state) => errorOf(state).fault)).toEqual(states.map(() => 'postgres'));
  expect(errorOf('23505').fault).toBeUndefined();
});

test.each([
  ['3F000', 'schema "hybrid" does not exist'],
  ['42883', 'function hybrid.run(unknown, unknown) does not exist'],
  ['42883', 'function public.hybrid_run(jsonb) does not exist'],
  ['42P01', 'relation "hybrid.ledger" does not exist'],
])('%s about the schema hybrid says that it is not installed', (sqlState, message) => {
  expect(errorOf(sqlState, message)).toMatchObject({ kind: 'unsupported', effect: 'none', code: 'not-installed' });
});

test('leaving a read-only transaction is denied, not unsupported', () => {
  expect(errorOf('25001', 'transaction read-write mode must be set before any query')).toMatchObject({
    kind: 'denied',
    code: 'read-only',
  });
});

test.each([
  ['22P02', 'invalid input syntax for type integer: "hunter2"', 'invalid input syntax for type integer: …'],
  ['22003', 'value "9999999999" is out of range for type integer', 'value … is out of range for type integer'],
  ['22P02', 'invalid input syntax for type json: "a\n"b"', 'invalid input syntax for type json: …'],
  ['22P02', 'invalid input syntax for type integer: "cut at a line', 'invalid input syntax for type integer: …'],
  ['22P02', 'invalid input value for enum mood: "column "x""', 'invalid input value for enum mood: …'],
  ['22023', 'invalid value for parameter "work_mem": "hunter2"', 'invalid value for parameter "work_mem": …'],
  ['22021', 'invalid byte sequence for encoding "UTF8": 0xff', 'invalid byte sequence for encoding "UTF8": …'],
  ['22004', 'null value not allowed', 'null value not allowed'],
  ['42601', 'syntax error at or near "hunter2"', 'syntax error at or near …'],
  ['42601', 'unrecognized EXPLAIN option "fast"', 'unrecognized EXPLAIN option "fast"'],
  ['42P01', 'relation "t" does not exist\nLINE 1: select 1', 'relation "t" does not exist'],
])('of %s %j the shown part is %j', (sqlState, message, shown) => {
  expect(errorOf(sqlState, message).message).toBe(shown);
});

test('the hint of the database is kept where the table has none', () => {
  expect(sqlErrorOf({ layer: 'x', sqlState: 'P0001', message: 'no', hint: 'do this' }).hint).toBe('do this');
});

test('what has to be first in its transaction is no statement that cannot run inside one', () => {
  expect(errorOf('25001', 'SET TRANSACTION ISOLATION LEVEL must be called before any query')).toMatchObject({
    kind: 'invalid-request',
    code: 'transaction-control',
  });
});

test.each(['22012', '23505', '25P04', '40001', '42P01', '57014', 'P0001', 'XX000'])(
  '%s that ended the session proves nothing: nobody heard how the transaction ended',
  (sqlState) => {
    const error = sqlErrorOf({ layer: 'x', sqlState, message: 'the end', endedSession: true });
    expect(error).toMatchObject({ effect: 'unknown', sqlState });
    expect(['interrupted', 'timed-out']).toContain(error.kind);
  },
);
