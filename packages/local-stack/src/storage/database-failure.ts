import { StorageFailure, type StorageFailureName } from './storage-failure.js';

const bySqlState: Readonly<Record<string, readonly [StorageFailureName, string?]>> = {
  '22P02': ['InvalidParameter'],
  '23503': ['RelatedNotFound'],
  '23505': ['KeyAlreadyExists'],
  '42501': ['AccessDenied', 'new row violates row-level security policy'],
  '53300': ['SlowDown'],
  '57014': ['DatabaseTimeout'],
};

/** SQLSTATE of what node-postgres threw, if Postgres itself had an opinion. */
export function sqlStateOf(thrown: unknown): string | undefined {
  if (typeof thrown !== 'object' || thrown === null || !('code' in thrown) || !('severity' in thrown)) return undefined;
  return typeof thrown.code === 'string' ? thrown.code : undefined;
}

/** The answer for a fault of the database; it names the SQLSTATE and keeps the rest of the message to itself. */
export function databaseFailure(thrown: unknown): StorageFailure {
  const sqlState = sqlStateOf(thrown);
  if (sqlState === undefined) return new StorageFailure('InternalError');
  const known = bySqlState[sqlState];
  if (known !== undefined) return new StorageFailure(...known);
  return new StorageFailure('DatabaseError', `database error, code: ${sqlState}`);
}

/** True when Postgres or we ourselves refused; false when the commit may have happened, so its bytes have to stay. */
export function surelyRolledBack(thrown: unknown): boolean {
  const sqlState = sqlStateOf(thrown);
  return thrown instanceof StorageFailure || (sqlState !== undefined && !/^(08|57P)/.test(sqlState));
}

/** Awaits work in which a duplicate or a missing relation has a meaning of its own. */
export async function translating<T>(
  meanings: Readonly<Record<string, StorageFailureName>>,
  work: () => Promise<T>,
): Promise<T> {
  try {
    return await work();
  } catch (thrown) {
    const meaning = meanings[sqlStateOf(thrown) ?? ''];
    throw meaning === undefined ? thrown : new StorageFailure(meaning);
  }
}
