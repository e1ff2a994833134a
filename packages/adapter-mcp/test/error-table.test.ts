// Longer than most: a row for each row of the facts that the adapter was written from.
import { inspect } from 'node:util';
import { createTestCall, startFaultyProxy, type FaultRule, type FaultyProxy } from '@hybrid-supabase/contract-tests';
import type { Layer, LayerError } from '@hybrid-supabase/core';
import { createMcpLayer, stdio, type McpPorts } from '../src/index.js';
import { toolError } from '../src/tool-error.js';
import { thrownError } from '../src/thrown-error.js';
import { startFakePlatform, type FakePlatform } from './fake-platform.js';
import { listen } from './listen.js';
import { connectUnscoped } from './unscoped-client.js';

const accessToken = 'sbp_0123456789012345678901234567890123456789';
const projectRef = 'ref';
const json = { 'content-type': 'application/json' };
const one = { text: 'select 1 as one', values: [] };

type Ask = (ports: McpPorts) => Promise<{ _unsafeUnwrapErr(): LayerError }>;
const read: Ask = ({ sql }) => sql.read(one, createTestCall());
const apply: Ask = ({ migrations }) => migrations.apply({ name: 'a', query: 'create table a ()' }, createTestCall());
const buckets: Ask = (ports) => ports.buckets.list({}, createTestCall());
const removeBranch: Ask = ({ branches }) => branches.delete({ id: 'b1' }, createTestCall());
const oneBranch: Ask = ({ branches }) => branches.get({ id: 'b1' }, createTestCall());
const configure: Ask = ({ config }) =>
  config.update({ fileSizeLimit: 1, imageTransformation: true, s3Protocol: true }, createTestCall());
const keys: Ask = ({ project }) => project.keys({}, createTestCall());

/** Every way of the Management API to fail, and what the caller is told of it. */
describe('what the Management API does, through the official server', () => {
  let platform: FakePlatform;
  let proxy: FaultyProxy;
  let layer: Layer<McpPorts>;

  beforeAll(async () => {
    platform = await startFakePlatform({ projectRef });
    proxy = await startFaultyProxy({ target: platform.url });
    layer = createMcpLayer({ connect: stdio({ accessToken, projectRef, apiUrl: proxy.url }), projectRef });
  });
  afterEach(() => proxy.heal());
  afterAll(async () => {
    await layer.close();
    await proxy.close();
    await platform.close();
  });

  const status = (code: number, body: string, headers: Readonly<Record<string, string>> = json): FaultRule => ({
    fault: 'status',
    status: code,
    headers,
    body,
  });
  const says = (message: string): string => JSON.stringify({ message });
  const sqlText = 'Failed to run sql query: ERROR:  42P01: relation "secret_rows" does not exist\nLINE 1: select';
  const unknownCause = { kind: 'unavailable', effect: 'unknown' } as const;

  test.each<[string, FaultRule, Ask, Partial<LayerError>]>([
    [
      '400 with a SQLSTATE',
      status(400, says(sqlText)),
      read,
      { kind: 'invalid-request', effect: 'none', sqlState: '42P01' },
    ],
    ['402 in words', status(402, says('Pay first')), read, { kind: 'unavailable', effect: 'none', code: 'http-402' }],
    [
      '404 of a project',
      status(404, says('Project not found')),
      read,
      { kind: 'unavailable', effect: 'none', code: 'project-not-found' },
    ],
    ['404 of a branch', status(404, says('Branch not found')), removeBranch, { kind: 'not-found', effect: 'none' }],
    [
      '409 in words',
      status(409, says('Busy with something')),
      apply,
      { kind: 'conflict', effect: 'unknown', code: 'http-409' },
    ],
    [
      '422 in words',
      status(422, says('Cannot do that')),
      apply,
      { kind: 'invalid-request', effect: 'unknown', code: 'http-422' },
    ],
    [
      '422 of the list of branches is an empty one',
      status(422, says('Branching is off')),
      oneBranch,
      { kind: 'not-found', effect: 'none' },
    ],
    [
      '404 of nothing we know',
      status(404, '<html>nginx</html>'),
      read,
      { kind: 'unavailable', effect: 'none', code: 'http-404' },
    ],
    [
      '429 in HTML, with a wait',
      status(429, '<html>', { 'retry-after': '7' }),
      read,
      { kind: 'rate-limited', effect: 'none', retryAfterMs: 7_000 },
    ],
    [
      '429 with a reset',
      status(429, says('Slow down'), { ...json, 'x-ratelimit-reset': '30' }),
      read,
      { kind: 'rate-limited', retryAfterMs: 30_000 },
    ],
    [
      '429 in the middle of work on a branch',
      status(429, says('The provider says: slow down')),
      removeBranch,
      { kind: 'rate-limited', effect: 'unknown' },
    ],
    ['500 that imitates the throttle', status(500, says('ThrottlerException: Too Many Requests')), apply, unknownCause],
    ['500 that imitates a wrong token', status(500, says('Unauthorized. Please provide a token')), apply, unknownCause],
    ['a redirect of a write', status(307, '', { location: 'http://127.0.0.1:9/' }), apply, unknownCause],
    [
      'a trigger that imitates the API',
      status(400, says('Failed to run sql query: ERROR:  P0001: ThrottlerException: Too Many Requests')),
      apply,
      { kind: 'failed', effect: 'none', sqlState: 'P0001' },
    ],
    [
      '429',
      status(429, says('ThrottlerException: Too Many Requests')),
      read,
      { kind: 'rate-limited', effect: 'none', retryAfterMs: 60_000 },
    ],
    [
      '500 in words',
      status(500, says('Failed to run sql query: upstream')),
      read,
      { ...unknownCause, fault: 'management-api' },
    ],
    ['401 of any kind', status(401, 'nothing'), read, { kind: 'unauthorized', effect: 'none' }],
    [
      '403 where the project is named',
      status(403, says('Forbidden resource')),
      apply,
      { kind: 'unauthorized', effect: 'none', code: 'forbidden' },
    ],
    [
      '403 elsewhere',
      status(403, says('Forbidden resource')),
      buckets,
      { kind: 'unauthorized', effect: 'none', code: 'forbidden' },
    ],
    ['502 with HTML', status(502, '<html>Bad Gateway</html>'), read, { ...unknownCause, fault: 'management-api' }],
    ['504 with nothing', status(504, ''), read, { ...unknownCause, fault: 'management-api' }],
    ['500 with a plain text', status(500, 'oops'), apply, { ...unknownCause, fault: 'management-api' }],
    [
      '400 with a list of messages',
      status(400, '{"message":["a","b"]}'),
      buckets,
      { ...unknownCause, fault: 'management-api' },
    ],
    ['400 with an error alone', status(400, '{"error":"a"}'), read, { ...unknownCause, fault: 'management-api' }],
    ['200 with nothing at all', status(200, ''), apply, { kind: 'invalid-reply', effect: 'unknown', code: 'not-json' }],
    [
      '200 with nothing at all, of the configuration',
      status(200, ''),
      configure,
      { kind: 'invalid-reply', effect: 'unknown', code: 'not-json' },
    ],
    ['no key for clients', status(200, '[]'), keys, { kind: 'not-found', effect: 'none', code: 'no-publishable-key' }],
    ['a success that is no JSON', { fault: 'garbles' }, read, { kind: 'invalid-reply', effect: 'unknown' }],
    [
      'a connection that is cut',
      { fault: 'diesBefore' },
      read,
      { kind: 'interrupted', effect: 'unknown', code: 'fetch-failed' },
    ],
  ])('%s', async (_what, fault, ask, expected) => {
    await proxy.break(fault);
    const error = (await ask(layer.ports))._unsafeUnwrapErr();
    expect(error).toMatchObject({ ...expected, layer: 'mcp' });
    if (error.sqlState === undefined) expect(error.hint).toBeTruthy();
    if (error.sqlState === undefined) expect(error.message).not.toMatch(/LINE 1|ThrottlerException|http:/);
    expect(inspect(error, { depth: null })).not.toContain(accessToken);
    await proxy.heal();
    expect((await layer.ports.branches.list({}, createTestCall())).isOk()).toBe(true);
  });

  test.each<[string, Ask]>([
    ['execute_sql', ({ sql }) => sql.write({ text: 'select 1', values: [] }, createTestCall())],
    ['apply_migration', apply],
    ['list_migrations', ({ migrations }) => migrations.list({}, createTestCall())],
    ['list_tables', ({ project }) => project.tables({}, createTestCall())],
    ['list_extensions', ({ project }) => project.extensions({}, createTestCall())],
  ])('403 with nothing, where the server adds its own sentence: %s', async (_tool, ask) => {
    await proxy.break(status(403, ''));
    const error = (await ask(layer.ports))._unsafeUnwrapErr();
    expect(error).toMatchObject({ kind: 'unauthorized', effect: 'none', code: 'forbidden' });
    expect(error.message).not.toContain(projectRef);
  });

  test('a status that was lost leaves the text alone: another server keeps no mark', async () => {
    await proxy.break(status(429, says('Slow down')));
    const connect = await connectUnscoped({ apiUrl: proxy.url, accessToken, features: 'database' });
    const other = createMcpLayer({ connect, projectRef });
    const error = (await read(other.ports))._unsafeUnwrapErr();
    expect(error).toMatchObject({ ...unknownCause, code: 'unknown-tool-error' });
    await other.close();
  });

  test('a refused connection proves that nothing was sent', async () => {
    await proxy.break('refuses');
    const error = (await read(layer.ports))._unsafeUnwrapErr();
    expect(error).toMatchObject({ kind: 'unavailable', effect: 'none', code: 'unreachable' });
  });
});

test('a host that is not found proves that nothing was sent', async () => {
  const connect = stdio({ accessToken, projectRef, apiUrl: 'http://nowhere.invalid' });
  const layer = createMcpLayer({ connect, projectRef });
  const error = (await apply(layer.ports))._unsafeUnwrapErr();
  expect(error).toMatchObject({ kind: 'unavailable', effect: 'none', code: 'unreachable' });
  expect(error.message).not.toContain('nowhere');
  await layer.close();
});

test('a body that is cut short is an interruption', async () => {
  const cutting = await listen((response) => {
    response.writeHead(200, { ...json, 'content-length': 100 }).write('[{"x"');
    setImmediate(() => response.destroy());
  });
  const layer = createMcpLayer({ connect: stdio({ accessToken, projectRef, apiUrl: cutting.url }), projectRef });
  const error = (await read(layer.ports))._unsafeUnwrapErr();
  expect(error).toMatchObject({ kind: 'interrupted', effect: 'unknown', code: 'terminated' });
  await layer.close();
  await cutting.close();
});

test.each<[string, string, Partial<LayerError>]>([
  ['ZodError', '[{"code":"invalid_type"}]', { kind: 'unexpected', effect: 'unknown', code: 'bad-arguments' }],
  [
    'ZodError',
    'User must confirm understanding of costs',
    { kind: 'unsupported', effect: 'none', code: 'cost-changed' },
  ],
  ['Error', 'tool not found', { kind: 'unsupported', effect: 'none', code: 'tool-not-found' }],
  ['Error', 'Cannot apply migration in read-only mode.', { kind: 'denied', effect: 'none', code: 'read-only' }],
  ...['create', 'delete', 'merge', 'reset', 'rebase'].map((work): [string, string, Partial<LayerError>] => [
    'Error',
    `Cannot ${work} a branch in read-only mode.`,
    { kind: 'denied', effect: 'none' },
  ]),
  ['Error', 'Cannot update storage config in read-only mode.', { kind: 'denied', effect: 'none', code: 'read-only' }],
  [
    'Error',
    'iso_timestamp_start must be before iso_timestamp_end.',
    { kind: 'invalid-request', effect: 'none', code: 'log-window' },
  ],
  [
    'Error',
    'Cost confirmation ID does not match the expected cost of creating a branch.',
    { kind: 'unsupported', effect: 'none', code: 'cost-changed' },
  ],
  ['Error', 'The log window can be at most 24 hours.', { kind: 'invalid-request', effect: 'none', code: 'log-window' }],
  ['TypeError', 'fetch failed', { kind: 'interrupted', effect: 'unknown' }],
])('a refusal of the server itself, %s: %s', (name, message, expected) => {
  expect(toolError('mcp', { tool: 'create_branch', name, message, cause: {} })).toMatchObject(expected);
});

test.each([
  ['no answer in time', { code: -32001, message: 'Request timed out' }, { kind: 'timed-out', effect: 'unknown' }],
  ['a child that died', { code: -32000, message: 'Connection closed' }, { kind: 'interrupted', effect: 'unknown' }],
  ['a call after that', { message: 'Not connected' }, { kind: 'unavailable', effect: 'none' }],
  ['no tools at all', { code: -32601, message: 'Method not found' }, { kind: 'unsupported', effect: 'unknown' }],
  ['anything else', { code: -32603, message: 'fetch failed' }, { kind: 'interrupted', effect: 'unknown' }],
])('what the client throws: %s', (_what, cause, expected) => {
  expect(thrownError('mcp', Object.assign(new Error(cause.message), cause), '')).toMatchObject(expected);
});
