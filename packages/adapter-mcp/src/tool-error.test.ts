import { toolError } from './tool-error.js';

const cause = { content: [] };
const read = (name: string, message: string) => toolError('mcp', { name, message, cause });

test.each([
  [
    'Error',
    'Unauthorized. Please provide a valid access token to the MCP server via the --access-token flag or SUPABASE_ACCESS_TOKEN.',
    { kind: 'unauthorized', effect: 'none' },
  ],
  [
    'Error',
    "Forbidden resource. Access to project 'abc' was denied. If this project exists, ask for access.",
    { kind: 'unauthorized', effect: 'none', code: 'forbidden' },
  ],
  [
    'Error',
    'Your account does not have the necessary privileges to access this endpoint.',
    { kind: 'unauthorized', effect: 'none', code: 'forbidden' },
  ],
  ['Error', 'ThrottlerException: Too Many Requests', { kind: 'rate-limited', effect: 'none', retryAfterMs: 60_000 }],
  ['Error', 'tool not found', { kind: 'unsupported', effect: 'none', code: 'tool-not-found' }],
  ['Error', 'Cannot apply migration in read-only mode.', { kind: 'denied', effect: 'none', code: 'read-only' }],
  ['ZodError', '[{"code":"unrecognized_keys"}]', { kind: 'unexpected', effect: 'unknown', code: 'bad-arguments' }],
  ['TypeError', 'fetch failed: not sent', { kind: 'unavailable', effect: 'none', fault: 'management-api' }],
  ['TypeError', 'fetch failed', { kind: 'interrupted', effect: 'unknown', fault: 'management-api' }],
  ['TypeError', 'terminated', { kind: 'interrupted', effect: 'unknown', fault: 'management-api' }],
  ['SyntaxError', 'Unexpected token < in JSON', { kind: 'invalid-reply', effect: 'unknown' }],
  ['Error', 'RESULT_SIZE_EXCEEDED', { kind: 'invalid-reply', effect: 'unknown', code: 'result-too-large' }],
  ['Error', 'Failed to execute SQL query', { kind: 'unavailable', effect: 'unknown' }],
  ['Error', 'Failed to run sql query: upstream', { kind: 'unavailable', effect: 'unknown' }],
  ['Error', 'Failed to apply migration', { kind: 'unavailable', effect: 'unknown' }],
  ['Error', 'Failed to list storage buckets', { kind: 'unavailable', effect: 'unknown' }],
  ['Error', 'Connection terminated due to connection timeout', { kind: 'unavailable', effect: 'unknown' }],
  ['Error', 'something new', { kind: 'unavailable', effect: 'unknown', code: 'unknown-tool-error' }],
])('%s: %s', (name, message, expected) => {
  const error = read(name, message);
  expect(error).toMatchObject({ ...expected, layer: 'mcp' });
  expect(error.cause).toBe(cause);
  expect(error.hint).toBeTruthy();
  expect(error.message).not.toContain('abc');
});

test.each([
  ['42P01', 'relation "x" does not exist', 'none'],
  ['23505', 'duplicate key value violates unique constraint "x"', 'none'],
  ['25006', 'cannot execute INSERT in a read-only transaction', 'none'],
  ['HB004', 'already done', 'none'],
])('an answered database error keeps its SQLSTATE and proves that nothing happened: %s', (sqlState, text, effect) => {
  const error = read('Error', `Failed to run sql query: ERROR:  ${sqlState}: ${text}\nLINE 1: select * from x\n`);
  expect(error).toMatchObject({ sqlState, effect });
  expect(error.message).not.toContain('LINE 1');
});

test('an answered database error keeps the hint of the database and quotes neither statement nor row', () => {
  const text = 'ERROR:  P0001: no\nDETAIL:  Key (id)=(5) is there.\nHINT:  Ask the owner.\nQUERY:  select 5';
  const error = read('Error', `Failed to run sql query: ${text}`);
  expect(error).toMatchObject({ sqlState: 'P0001', message: 'no', hint: 'Ask the owner.' });
});
