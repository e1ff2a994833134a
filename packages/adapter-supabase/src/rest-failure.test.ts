import type { ErrorAnswer } from './failure.js';
import { restFailureOf } from './rest-failure.js';

const rows: readonly (readonly [string, Partial<ErrorAnswer>, string, string])[] = [
  ['the function is not installed', { status: 404, code: 'PGRST202' }, 'unsupported', 'none'],
  ['the schema is not exposed', { status: 406, code: 'PGRST106' }, 'unsupported', 'none'],
  ['no connection to the database', { status: 503, code: 'PGRST000' }, 'unavailable', 'none'],
  ['a connection to the database that broke', { status: 503, code: 'PGRST001' }, 'interrupted', 'unknown'],
  ['no free connection in time', { status: 504, code: 'PGRST003' }, 'unavailable', 'none'],
  ['an expired key', { status: 401, code: 'PGRST301' }, 'unauthorized', 'none'],
  ['an anonymous caller where none may be', { status: 401, code: 'PGRST302' }, 'unauthorized', 'none'],
  ['a key the gateway does not know', { status: 401, message: 'Invalid API key' }, 'unauthorized', 'none'],
  ['a constraint of the table', { status: 409, code: '23505' }, 'conflict', 'none'],
  ['a missing right', { status: 403, code: '42501' }, 'denied', 'none'],
  ['a serialization failure', { status: 500, code: '40001' }, 'unavailable', 'none'],
  ['a fenced attempt', { status: 400, code: 'HB001' }, 'conflict', 'none'],
  ['a gateway that is down', { status: 503, message: '<html>' }, 'unavailable', 'unknown'],
  ['a gateway that waited too long', { status: 504 }, 'timed-out', 'unknown'],
  ['a gateway that limits', { status: 429, retryAfterMs: 1000 }, 'rate-limited', 'none'],
  ['a code of PostgREST nobody knows', { status: 400, code: 'PGRST999' }, 'failed', 'unknown'],
];

test.each(rows)('%s', (_situation, answer, kind, effect) => {
  const failure = restFailureOf('supabase')({ message: '', ...answer });
  expect(failure).toMatchObject({ kind, effect });
  expect(failure.hint ?? failure.code).toBeTruthy();
});

test('says how to get the function that is missing', () => {
  expect(restFailureOf('supabase')({ message: '', code: 'PGRST202' }).hint).toContain('hybrid install');
});

test('carries the SQLSTATE of the database', () => {
  expect(restFailureOf('supabase')({ message: 'duplicate key', code: '23505' }).sqlState).toBe('23505');
});
