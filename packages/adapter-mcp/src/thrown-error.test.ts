import { thrownError } from './thrown-error.js';

const mcpError = (code: number, message: string): Error =>
  Object.assign(new Error(message), { code, name: 'McpError' });
const zodError = Object.assign(new Error('[]'), { name: 'ZodError' });

test.each([
  ['the child died', mcpError(-32000, 'MCP error -32000: Connection closed'), 'interrupted', 'unknown'],
  ['no answer in time', mcpError(-32001, 'MCP error -32001: Request timed out'), 'timed-out', 'unknown'],
  ['no such method', mcpError(-32601, 'MCP error -32601: Method not found'), 'unsupported', 'unknown'],
  ['a server that says what the client would say', mcpError(-32000, 'Not connected'), 'interrupted', 'unknown'],
  ['another that does', mcpError(-1, 'Not connected'), 'interrupted', 'unknown'],
  ['a call after the end', new Error('Not connected'), 'unavailable', 'none'],
  ['a reply of no known form', zodError, 'invalid-reply', 'unknown'],
  ['another code', mcpError(-32603, 'MCP error -32603: fetch failed'), 'interrupted', 'unknown'],
  ['a plain error', new Error('boom'), 'interrupted', 'unknown'],
  ['something that is no error', 'boom', 'interrupted', 'unknown'],
  ['nothing at all', undefined, 'interrupted', 'unknown'],
])('%s', (_what, cause, kind, effect) => {
  const error = thrownError('mcp', cause, '');
  expect(error).toMatchObject({ kind, effect, layer: 'mcp' });
  expect(error.cause).toBe(cause);
  expect(error.hint).toBeTruthy();
});

test('quotes what a dead server said', () => {
  const error = thrownError('mcp', mcpError(-32000, 'Connection closed'), 'out of memory');
  expect(error.message).toMatch(/out of memory$/);
});
