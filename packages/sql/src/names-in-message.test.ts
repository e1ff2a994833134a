import { namesInMessage } from './names-in-message.js';

test.each([
  [
    '23001',
    'update or delete on table "t" violates RESTRICT setting of foreign key constraint "f" on table "u"',
    { table: 'u', constraint: 'f' },
  ],
  ['23502', 'null value in column "a" of relation "t" violates not-null constraint', { table: 't', column: 'a' }],
  ['23502', 'column "a" of relation "t" contains null values', { table: 't', column: 'a' }],
  ['23502', 'null value in column "a" violates not-null constraint', { column: 'a' }],
  ['23503', 'insert or update on table "t" violates foreign key constraint "f"', { table: 't', constraint: 'f' }],
  [
    '23503',
    'update or delete on table "t" violates foreign key constraint "f" on table "u"',
    { table: 'u', constraint: 'f' },
  ],
  ['23505', 'duplicate key value violates unique constraint "k"', { constraint: 'k' }],
  ['23505', 'could not create unique index "k"', { constraint: 'k' }],
  ['23514', 'new row for relation "t" violates check constraint "c"', { table: 't', constraint: 'c' }],
  ['23514', 'check constraint "c" of relation "t" is violated by some row', { table: 't', constraint: 'c' }],
  ['23514', 'value for domain positive violates check constraint "c"', { constraint: 'c' }],
  ['23514', 'new row for relation "t" violates partition constraint', { table: 't' }],
  ['23514', 'no partition of relation "t" found for row', { table: 't' }],
  ['23P01', 'conflicting key value violates exclusion constraint "e"', { constraint: 'e' }],
  ['23P01', 'could not create exclusion constraint "e"', { constraint: 'e' }],
  ['42501', 'permission denied for column "a" of relation "t"', { table: 't', column: 'a' }],
  ['42501', 'permission denied for table t', { table: 't' }],
  ['42501', 'permission denied for materialized view t', { table: 't' }],
  ['42501', 'must be owner of table t', { table: 't' }],
  ['42501', 'new row violates row-level security policy for table "t"', { table: 't' }],
  ['42501', 'new row violates row-level security policy "p" for table "t"', { table: 't' }],
  ['42501', 'new row violates row-level security policy (USING expression) for table "t"', { table: 't' }],
  ['42701', 'column "a" of relation "t" already exists', { table: 't', column: 'a' }],
  ['42702', 'column reference "a" is ambiguous', { column: 'a' }],
  ['42703', 'column "a" does not exist', { column: 'a' }],
  ['42703', 'column "a" of relation "t" does not exist', { table: 't', column: 'a' }],
  ['42703', 'column "a" referenced in foreign key constraint does not exist', { column: 'a' }],
  ['42703', 'column x.a does not exist', { column: 'a' }],
  ['42704', 'constraint "c" of relation "t" does not exist', { table: 't', constraint: 'c' }],
  ['42704', 'constraint "c" for table "t" does not exist', { table: 't', constraint: 'c' }],
  ['42710', 'constraint "c" for relation "t" already exists', { table: 't', constraint: 'c' }],
  ['42803', 'column "x.a" must appear in the GROUP BY clause or be used in an aggregate function', { column: 'a' }],
  ['42804', 'column "a" is of type integer but expression is of type text', { column: 'a' }],
  ['428C9', 'cannot insert a non-DEFAULT value into column "a"', { column: 'a' }],
  ['428C9', 'column "a" can only be updated to DEFAULT', { column: 'a' }],
  ['42P01', 'relation "s.t" does not exist', { table: 's.t' }],
  ['42P01', 'table "t" does not exist', { table: 't' }],
  ['42P07', 'relation "t" already exists', { table: 't' }],
  ['55P03', 'could not obtain lock on relation "t"', { table: 't' }],
])('%s: %s', (sqlState, message, names) => {
  expect(namesInMessage(sqlState, message)).toEqual(names);
});

test.each([
  ['23505', 'there is one already'],
  ['23505', 'duplicate key value violates unique constraint "a"b"'],
  ['23502', 'null value in column "a" of relation "b" of relation "c" violates not-null constraint'],
  ['23502', 'domain d does not allow null values'],
  ['42501', 'permission denied for table two words'],
  ['42501', 'permission denied for function f'],
  ['42703', 'column a.b.c does not exist'],
  ['42P01', 'missing FROM-clause entry for table "an_alias"'],
  ['22012', 'division by zero'],
  ['P0001', 'duplicate key value violates unique constraint "k"'],
])('%s: %s names nothing for certain', (sqlState, message) => {
  expect(namesInMessage(sqlState, message)).toBeUndefined();
});
