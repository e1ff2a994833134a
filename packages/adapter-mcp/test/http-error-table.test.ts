import { once } from 'node:events';
import type { ServerResponse } from 'node:http';
import { createTestCall } from '@hybrid-supabase/contract-tests';
import type { LayerError } from '@hybrid-supabase/core';
import { createMcpLayer, http, type McpPorts } from '../src/index.js';
import { startHttpServer } from './http-server.js';
import { listen } from './listen.js';

const accessToken = 'sbp_0123456789012345678901234567890123456789';
const projectRef = 'ref';
const json = { 'content-type': 'application/json' };
const one = { text: 'select 1 as one', values: [] };
const read = ({ sql }: McpPorts) => sql.read(one, createTestCall());

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

  test('a session that the server knows no more is replaced: the next call is served', async () => {
    let isLost = true;
    const starts: string[] = [];
    const server = await listen((response, body) => {
      if (body.includes('"initialize"')) starts.push(body);
      if (!body.includes('tools/call')) return handshake(response, body);
      if (isLost) return void response.writeHead(404).end();
      const text = JSON.stringify({ branches: [] });
      const result = { content: [{ type: 'text', text }] };
      response.writeHead(200, json).end(JSON.stringify({ jsonrpc: '2.0', id: JSON.parse(body).id, result }));
    });
    const layer = createMcpLayer({ connect: http({ url: server.url, accessToken, projectRef }), projectRef });
    const list = (call = createTestCall()) => layer.ports.branches.list({}, call);
    expect((await list())._unsafeUnwrapErr()).toMatchObject({ kind: 'unavailable', effect: 'none', code: 'http-404' });
    isLost = false;
    const next = createTestCall();
    expect((await list(next))._unsafeUnwrap()).toEqual([]);
    expect(next.notes).toHaveLength(1);
    expect(starts).toHaveLength(2);
    await layer.close();
    await server.close();
  });

  test('the trace of the call is on the wire', async () => {
    const traceparent = '00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01';
    const seen: unknown[] = [];
    const server = await listen((response, body) => {
      if (!body.includes('tools/call')) return handshake(response, body);
      seen.push(JSON.parse(body).params._meta);
      response.writeHead(500).end();
    });
    const layer = createMcpLayer({ connect: http({ url: server.url, accessToken, projectRef }), projectRef });
    await layer.ports.branches.list({}, createTestCall({ traceparent }));
    expect(seen).toEqual([expect.objectContaining({ traceparent })]);
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

const tools = ['execute_sql', 'list_branches'].map((name) => ({ name, inputSchema: { type: 'object' } }));

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
