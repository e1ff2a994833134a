import { databaseFailure, surelyRolledBack } from './database-failure.js';
import { StorageFailure } from './storage-failure.js';

const fromPostgres = (code: string): Error => Object.assign(new Error('text'), { code, severity: 'ERROR' });

test.each([
  ['42501', 'AccessDenied', 403],
  ['23505', 'KeyAlreadyExists', 409],
  ['23503', 'InvalidRequest', 404],
  ['53300', 'SlowDown', 429],
  ['57014', 'DatabaseTimeout', 544],
  ['22012', 'DatabaseError', 500],
])('reads SQLSTATE %s as %s', (sqlState, code, statusCode) => {
  const failure = databaseFailure(fromPostgres(sqlState));
  expect({ code: failure.code, statusCode: failure.row.statusCode }).toEqual({ code, statusCode });
});

test('tells nothing of a fault that Postgres did not name', () => {
  expect(databaseFailure(new Error('a secret')).message).toBe('Internal server error');
});

test.each([
  [new StorageFailure('NoSuchKey'), true],
  [fromPostgres('42501'), true],
  [fromPostgres('57P01'), false],
  [fromPostgres('08006'), false],
  [new Error('Connection terminated'), false],
])('knows whether %s can have been committed', (thrown, rolledBack) => {
  expect(surelyRolledBack(thrown)).toBe(rolledBack);
});
