import { once } from 'node:events';
import { createServer, type ServerResponse } from 'node:http';
import { createTestCall, startFaultyProxy, type FaultRule, type FaultyProxy } from '@hybrid-supabase/contract-tests';
import type { Layer, LayerError } from '@hybrid-supabase/core';
import { createMcpLayer, http, stdio, type McpPorts } from '../src/index.js';
import { toolError } from '../src/tool-error.js';
import { thrownError } from '../src/thrown-error.js';
import { startFakePlatform, type FakePlatform } from './fake-platform.js';
import { startHttpServer } from './http-server.js';

const accessToken = 'sbp_0123456789012345678901234567890123456789';
const projectRef = 'ref';
const json = { 'content-type': 'application/json' };
const one = { text: 'select 1 as one', values: [] };

type Ask = (ports: McpPorts) => Promise<{ _unsafeUnwrapErr(): LayerError }>;
const read: Ask = ({ sql }) => sql.read(one, createTestCall());
const apply: Ask = ({ migrations }) => migrations.apply({ name: 'a', query: 'create table a ()' }, createTestCall());
const buckets: Ask = (ports) => ports.buckets.list({}, createTestCall());
const removeBranch: Ask = ({ branches }) => branches.delete({ id: 'b1' }, createTestCall());
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

  const status = (code: number, body: string): FaultRule => ({ fault: 'status', status: code, headers: json, body });
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
    ['402 in words', status(402, says('Pay first')), read, { ...unknownCause, code: 'unknown-tool-error' }],
    [
      '404 of a project',
      status(404, says('Project not found')),
      read,
      { kind: 'unavailable', effect: 'none', code: 'project-not-found' },
    ],
    ['404 of a branch', status(404, says('Branch not found')), removeBranch, { kind: 'not-found', effect: 'none' }],
    ['409 in words', status(409, says('Busy with something')), apply, { ...unknownCause, code: 'unknown-tool-error' }],
    ['422 in words', status(422, says('Cannot do that')), apply, { ...unknownCause, code: 'unknown-tool-error' }],
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
    expect(error.hint).toBeTruthy();
    expect(error.message).not.toMatch(/LINE 1|ThrottlerException|sbp_|http:/);
  });

  test('a refused connection proves that nothing was sent', async () => {
    await proxy.break('refuses');
    const error = (await read(layer.ports))._unsafeUnwrapErr();
    expect(error).toMatchObject({ kind: 'unavailable', effect: 'none', code: 'unreachable' });
  });
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

test.each([
  ['ZodError', '[{"code":"invalid_type"}]', { kind: 'unexpected', effect: 'unknown', code: 'bad-arguments' }],
  [
    'ZodError',
    'User must confirm understanding of costs',
    { kind: 'unsupported', effect: 'none', code: 'cost-changed' },
  ],
  ['Error', 'tool not found', { kind: 'unsupported', effect: 'none', code: 'tool-not-found' }],
  ['Error', 'Cannot apply migration in read-only mode.', { kind: 'denied', effect: 'none', code: 'read-only' }],
  ['Error', 'Cannot create a branch in read-only mode.', { kind: 'denied', effect: 'none', code: 'read-only' }],
  [
    'Error',
    'Cost confirmation ID does not match the expected cost of creating a branch.',
    { kind: 'unsupported', effect: 'none', code: 'cost-changed' },
  ],
  ['Error', 'The log window can be at most 24 hours.', { kind: 'invalid-request', effect: 'none', code: 'log-window' }],
  ['TypeError', 'fetch failed', { kind: 'interrupted', effect: 'unknown' }],
])('a refusal of the server itself, %s: %s', (name, message, expected) => {
  expect(toolError('mcp', { name, message, cause: {} })).toMatchObject(expected);
});

test.each([
  ['no answer in time', { code: -32001, message: 'Request timed out' }, { kind: 'timed-out', effect: 'unknown' }],
  ['a child that died', { code: -32000, message: 'Connection closed' }, { kind: 'interrupted', effect: 'unknown' }],
  ['a call after that', { message: 'Not connected' }, { kind: 'unavailable', effect: 'none' }],
  ['no tools at all', { code: -32601, message: 'Method not found' }, { kind: 'unsupported', effect: 'none' }],
  ['anything else', { code: -32603, message: 'fetch failed' }, { kind: 'interrupted', effect: 'unknown' }],
])('what the client throws: %s', (_what, cause, expected) => {
  expect(thrownError('mcp', Object.assign(new Error(cause.message), cause), '')).toMatchObject(expected);
});

/** Every way of a server over HTTP to fail. */
describe('what a server over HTTP does', () => {
  const stream = { 'content-type': 'text/event-stream' };
  const answers: readonly (readonly [string, (response: ServerResponse) => void, Partial<LayerError>])[] = [
    ['400', (response) => response.writeHead(400, json).end('{"error":"x"}'), { kind: 'unavailable', effect: 'none' }],
    [
      '401',
      (response) => response.writeHead(401, json).end('{"error":"missing bearer token"}'),
      { kind: 'unauthorized', effect: 'none' },
    ],
    ['403', (response) => response.writeHead(403).end(), { kind: 'unauthorized', effect: 'none' }],
    ['404', (response) => response.writeHead(404).end(), { kind: 'unavailable', effect: 'none' }],
    ['406', (response) => response.writeHead(406).end(), { kind: 'unavailable', effect: 'none' }],
    ['413', (response) => response.writeHead(413).end(), { kind: 'unsupported', effect: 'none' }],
    [
      '429 with seconds',
      (response) => response.writeHead(429, { 'retry-after': '7' }).end(),
      { kind: 'rate-limited', effect: 'none', retryAfterMs: 7_000 },
    ],
    [
      '429 with a reset',
      (response) => response.writeHead(429, { 'x-ratelimit-reset': '30' }).end(),
      { kind: 'rate-limited', retryAfterMs: 30_000 },
    ],
    ['429 without a word', (response) => response.writeHead(429).end(), { kind: 'rate-limited', retryAfterMs: 60_000 }],
    ['500', (response) => response.writeHead(500).end(), { kind: 'unavailable', effect: 'unknown' }],
    ['502', (response) => response.writeHead(502).end('<html>'), { kind: 'unavailable', effect: 'unknown' }],
    [
      '504',
      (response) => response.writeHead(504).end('<html>Cloudflare</html>'),
      { kind: 'unavailable', effect: 'unknown' },
    ],
    [
      'a redirect elsewhere',
      (response) => response.writeHead(302, { location: 'https://elsewhere.test/' }).end(),
      { effect: 'unknown' },
    ],
    [
      'a success in HTML',
      (response) => response.writeHead(200, { 'content-type': 'text/html' }).end('<html>'),
      { kind: 'invalid-reply', effect: 'unknown' },
    ],
    [
      'a stream without the answer',
      (response) => response.writeHead(200, stream).end('data: {"id":"x"}\n\n'),
      { kind: 'invalid-reply', effect: 'unknown' },
    ],
    [
      'a stream that is cut',
      (response) => {
        response.writeHead(200, stream).write('data: {');
        setImmediate(() => response.destroy());
      },
      { kind: 'interrupted', effect: 'unknown' },
    ],
    [
      'an answer over the limit',
      (response) => response.writeHead(200, json).end('x'.repeat(60_000)),
      { kind: 'invalid-reply', effect: 'unknown' },
    ],
  ];

  test.each(answers)('%s, in the middle of a session', async (_what, answer, expected) => {
    const server = await listen((response, body) =>
      body.includes('tools/call') ? answer(response) : handshake(response, body),
    );
    const connect = http({ url: server.url, accessToken, projectRef, maxReplyBytes: 50_000 });
    const layer = createMcpLayer({ connect, projectRef });
    const error = (await read(layer.ports))._unsafeUnwrapErr();
    expect(error).toMatchObject(expected);
    expect(`${error.message} ${error.hint}`).not.toMatch(/sbp_|http:\/\//);
    await layer.close();
    await server.close();
  });

  test.each([
    ['401', 401, { kind: 'unauthorized', effect: 'none' }],
    ['429', 429, { kind: 'rate-limited', effect: 'none', retryAfterMs: 60_000 }],
    ['504', 504, { kind: 'unavailable', effect: 'none' }],
  ])('%s at the start sends nothing of the call', async (_what, code, expected) => {
    const server = await listen((response) => response.writeHead(code).end());
    const layer = createMcpLayer({ connect: http({ url: server.url, accessToken, projectRef }), projectRef });
    expect((await read(layer.ports))._unsafeUnwrapErr()).toMatchObject(expected);
    await layer.close();
    await server.close();
  });

  test('a misspelt feature is one clear error of the start', async () => {
    const server = await startHttpServer('http://127.0.0.1:9');
    const connect = http({ url: `${server.origin}/mcp`, accessToken, projectRef, features: ['databse'] });
    const layer = createMcpLayer({ connect, projectRef });
    expect((await layer.ports.sql.read(one, createTestCall()))._unsafeUnwrapErr()).toMatchObject({
      kind: 'unsupported',
      effect: 'none',
    });
    const probed = createMcpLayer({ connect: { open: (signal) => connect.open(signal) }, projectRef });
    expect((await probed.probe(createTestCall()))._unsafeUnwrapErr()).toMatchObject({
      kind: 'unavailable',
      effect: 'none',
    });
    await probed.close();
    await layer.close();
    await server.close();
  });

  test('a caller who gives up ends the request', async () => {
    let ended: Promise<unknown> | undefined;
    const server = await listen((response, body) => {
      if (!body.includes('tools/call')) return handshake(response, body);
      ended = once(response, 'close');
    });
    const layer = createMcpLayer({ connect: http({ url: server.url, accessToken, projectRef }), projectRef });
    const call = createTestCall();
    const reading = layer.ports.sql.read(one, call);
    while (ended === undefined) await new Promise((resolve) => setImmediate(resolve));
    call.abort();
    expect((await reading)._unsafeUnwrapErr()).toMatchObject({ kind: 'cancelled', effect: 'unknown' });
    await ended;
    await layer.close();
    await server.close();
  });

  test.each([
    ['accessToken', { accessToken: '', projectRef }],
    ['projectRef', { accessToken, projectRef: '' }],
    ['features', { accessToken, projectRef, features: ['docs'] }],
    ['url', { accessToken, projectRef, url: 'http://mcp.example.test/mcp' }],
    ['url', { accessToken, projectRef, url: 'nonsense' }],
  ])('a wrong `%s` is named at once', (name, options) => {
    expect(() => http(options)).toThrow(new RegExp(`\`${name}\``));
  });
});

const tools = [{ name: 'execute_sql', inputSchema: { type: 'object', properties: { query: {} } } }];

function handshake(response: ServerResponse, body: string): void {
  const { id, method } = JSON.parse(body) as { readonly id?: number; readonly method: string };
  if (id === undefined) return void response.writeHead(202).end();
  const started = {
    protocolVersion: '2025-06-18',
    capabilities: { tools: {} },
    serverInfo: { name: 'x', version: '1' },
  };
  const result = method === 'initialize' ? started : { tools };
  response.writeHead(200, json).end(JSON.stringify({ jsonrpc: '2.0', id, result }));
}

async function listen(answer: (response: ServerResponse, body: string) => void) {
  const server = createServer(async (request, response) => {
    let body = '';
    for await (const chunk of request) body += String(chunk);
    answer(response, body);
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  const port = typeof address === 'object' && address !== null ? address.port : 0;
  return {
    url: `http://127.0.0.1:${port}`,
    close: async () => {
      server.close();
      server.closeAllConnections();
      await once(server, 'close');
    },
  };
}
