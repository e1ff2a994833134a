import { toolError } from './tool-error.js';
import type { ToolName } from './tool-table.js';

const cause = { content: [] };
const statusMark = '0123abcd-0123-4567-89ab-0123456789ab';
const read = (name: string, message: string, tool: ToolName = 'execute_sql') =>
  toolError('mcp', { tool, name, message, statusMark, cause });
const withStatus = (message: string, status: number, wait = ''): string =>
  `${message}\n[${statusMark} ${status} ${wait}]`;
const denied = "Access to project 'abc' was denied. If this project exists, ask for access.";

test.each([
  [
    'Error',
    'Unauthorized. Please provide a valid access token to the MCP server via the --access-token flag or SUPABASE_ACCESS_TOKEN.',
    { kind: 'unauthorized', effect: 'none' },
  ],
  ['Error', `Forbidden resource. ${denied}`, { kind: 'unauthorized', effect: 'none', code: 'forbidden' }],
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
  ['Error', 'Branch not found', { kind: 'not-found', effect: 'none', code: 'branch-not-found' }],
  ['Error', 'Project not found', { kind: 'unavailable', effect: 'none', code: 'project-not-found' }],
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

/** What somebody wrote that looks like a refusal, and proves none. */
const raised = (text: string): string => `Failed to run sql query: ${text}`;
test.each([
  ['a throttle in words of a trigger', raised('the function said: ThrottlerException: Too Many Requests')],
  ['a limit of somebody else', 'Could not finish the branch: rate limit of the provider exceeded'],
  ['a throttle quoted in another sentence', 'ThrottlerException: Too Many Requests, after the work was done'],
  ['a word that begins like a refusal', 'Unauthorized access of the worker while it finished the merge'],
  ['a refusal quoted from a row', raised(`unexpected value "x. ${denied}`)],
  ['a project of another kind', raised('the row of project alpha was not found after the update')],
  ['a branch of another kind', 'Merged, but the git branch of it was not found'],
  ['a missing tool of somebody else', 'The worker stopped: tool not found'],
  ['a database that stopped writing', 'Cannot finish the checkpoint in read-only mode.'],
  ['a state inside a quotation', raised("cannot parse 'ERROR:  42P01: x' in the answer")],
  ['a state on a later line', 'Query read timeout\nERROR:  42P01: relation "x" does not exist'],
  ['a cost in the words of a row', raised('User must confirm understanding of costs')],
  ['HTML of a proxy', '<html><title>401 Unauthorized</title><body>Too Many Requests</body></html>'],
  ['a failed fetch in words', 'fetch failed: not sent'],
])('leaves every doubt: %s', (_what, message) => {
  expect(read('Error', message)).toMatchObject({ effect: 'unknown' });
  expect(read('Error', message, 'create_branch')).toMatchObject({ effect: 'unknown' });
});

test.each([
  [401, 'unavailable', 'unknown'],
  [402, 'unavailable', 'none'],
  [403, 'unauthorized', 'none'],
  [404, 'unavailable', 'none'],
  [408, 'unavailable', 'unknown'],
  [409, 'conflict', 'unknown'],
  [413, 'unsupported', 'none'],
  [422, 'invalid-request', 'unknown'],
  [429, 'rate-limited', 'none'],
  [500, 'unavailable', 'unknown'],
  [502, 'unavailable', 'unknown'],
  [503, 'unavailable', 'unknown'],
  [504, 'unavailable', 'unknown'],
  [520, 'unavailable', 'unknown'],
])('a status that the child kept says what words do not: %i is %s, effect %s', (status, kind, effect) => {
  expect(read('Error', withStatus('In words of its own', status))).toMatchObject({ kind, effect });
});

test.each([402, 403, 404, 413, 429])(
  'of work on a branch, which may have begun by then, %i proves nothing',
  (status) => {
    expect(read('Error', withStatus('In words of its own', status), 'merge_branch')).toMatchObject({
      effect: 'unknown',
    });
  },
);

test('a status takes a sentence that comes with another one for what it is: an imitation', () => {
  const error = read('Error', withStatus('ThrottlerException: Too Many Requests', 500));
  expect(error).toMatchObject({ kind: 'unavailable', effect: 'unknown' });
});

test('the wait that the API asked for is passed on', () => {
  const error = read('Error', withStatus('ThrottlerException: Too Many Requests', 429, '7'));
  expect(error).toMatchObject({ kind: 'rate-limited', effect: 'none', retryAfterMs: 7_000 });
});

test('a session without a mark believes no status that a text claims', () => {
  const message = withStatus('In words of its own', 429);
  expect(toolError('mcp', { tool: 'execute_sql', name: 'Error', message, cause })).toMatchObject({
    kind: 'unavailable',
    effect: 'unknown',
  });
});

test('a hint that a row imitates is not shown', () => {
  const text = 'ERROR:  23505: duplicate key value\nDETAIL:  Key (a)=(x\nHINT:  secret) already exists.';
  expect(read('Error', `Failed to run sql query: ${text}`).hint).not.toContain('secret');
});
