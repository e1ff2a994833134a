import './allow-node-20-line.js';
import { EventEmitter, once } from 'node:events';
import type { RequestListener } from 'node:http';
import { createServer, type AddressInfo, type Socket } from 'node:net';
import { gzipSync } from 'node:zlib';
import { createTestCall } from '@hybrid-supabase/contract-tests';
import type { FileTarget } from '@hybrid-supabase/core';
import { ok } from 'neverthrow';
import { createSupabaseLayer, sourceFromBytes, targetToBytes, type SupabaseLayer } from '../src/index.js';
import { startServer, type CountedServer } from './start-server.js';
import { testKey } from './test-key.js';
import { valueOf } from './value-of.js';

const key = testKey({ role: 'service_role' });
const place = { bucket: 'b', path: 'p' };
const closing: (() => Promise<void>)[] = [];
afterEach(async () => {
  for (const close of closing.splice(0).reverse()) await close();
});

const layerTo = (url: string, maxSockets = 2): SupabaseLayer => {
  const layer = createSupabaseLayer({ url, key, maxSockets });
  closing.push(() => layer.close());
  return layer;
};
const serverOf = async (listener: RequestListener): Promise<CountedServer> => {
  const server = await startServer(listener);
  closing.push(server.stop);
  return server;
};
/** A server below HTTP. */
const socketServer = async (talk: (socket: Socket) => void): Promise<number> => {
  const server = createServer(talk);
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  closing.push(() => new Promise((resolve) => server.close(() => resolve())));
  return (server.address() as AddressInfo).port;
};
const json = { 'content-type': 'application/json' };

describe('a request that waits for a connection', () => {
  const busy = async () => {
    const seen: string[] = [];
    const arrival = new EventEmitter();
    const arrived = once(arrival, 'first');
    const server = await serverOf((request) => {
      seen.push(`${request.method} ${request.url}`);
      request.resume();
      arrival.emit('first');
    });
    const layer = layerTo(server.url);
    const first = createTestCall();
    const writing = layer.ports.buckets.create({ id: 'first' }, first);
    await arrived;
    const second = createTestCall();
    return { layer, seen, first, writing, second, waiting: layer.ports.buckets.create({ id: 'second' }, second) };
  };

  test('keeps its deadline and had no effect; the one that was sent may have had one', async () => {
    const { seen, first, writing, second, waiting } = await busy();
    second.expire();
    expect((await waiting)._unsafeUnwrapErr()).toMatchObject({ kind: 'timed-out', effect: 'none' });
    first.expire();
    expect((await writing)._unsafeUnwrapErr()).toMatchObject({ kind: 'timed-out', effect: 'unknown' });
    expect(seen).toEqual(['POST /storage/v1/bucket']);
  });

  test('had no effect when the layer closes', async () => {
    const { layer, seen, writing, waiting } = await busy();
    await layer.close();
    expect((await waiting)._unsafeUnwrapErr()).toMatchObject({ kind: 'unavailable', effect: 'none' });
    expect((await writing)._unsafeUnwrapErr()).toMatchObject({ kind: 'unavailable', effect: 'unknown' });
    expect(seen).toHaveLength(1);
  });
});

test('calls that are given up at once leave their places to others', async () => {
  const server = await serverOf((_request, response) => response.writeHead(200, json).end('[]'));
  const { buckets } = layerTo(server.url).ports;
  const calls = Array.from({ length: 50 }, () => createTestCall());
  const given = calls.map((call) => buckets.list({}, call));
  for (const [at, call] of calls.entries()) {
    if (at % 5 === 0) await new Promise((resolve) => setImmediate(resolve));
    call.abort();
  }
  await Promise.all(given);
  expect(valueOf(await buckets.list({}, createTestCall()))).toEqual([]);
});

describe('a write that was never sent had no effect', () => {
  test('when nobody listens', async () => {
    const port = await socketServer(() => undefined);
    await closing.pop()?.();
    const answer = await layerTo(`http://127.0.0.1:${port}`).ports.buckets.create({ id: 'b' }, createTestCall());
    expect(answer._unsafeUnwrapErr()).toMatchObject({ kind: 'unavailable', effect: 'none', code: 'ECONNREFUSED' });
  });

  test('when the connection breaks before it is secure', async () => {
    const port = await socketServer((socket) =>
      socket.on('data', () => socket.resetAndDestroy()).on('error', () => undefined),
    );
    const answer = await layerTo(`https://127.0.0.1:${port}`).ports.buckets.create({ id: 'b' }, createTestCall());
    expect(answer._unsafeUnwrapErr()).toMatchObject({ kind: 'unavailable', effect: 'none' });
  });

  test('when the other side does not speak TLS', async () => {
    const port = await socketServer((socket) =>
      socket.on('data', () => socket.end('HTTP/1.1 400 Bad Request\r\n\r\n')),
    );
    const answer = await layerTo(`https://127.0.0.1:${port}`).ports.buckets.create({ id: 'b' }, createTestCall());
    expect(answer._unsafeUnwrapErr()).toMatchObject({ kind: 'unavailable', effect: 'none' });
  });
});

test('a write whose connection broke after it was sent may have had an effect', async () => {
  const port = await socketServer((socket) => socket.once('data', () => socket.destroy()));
  const answer = await layerTo(`http://127.0.0.1:${port}`).ports.buckets.create({ id: 'b' }, createTestCall());
  expect(answer._unsafeUnwrapErr()).toMatchObject({ kind: 'interrupted', effect: 'unknown' });
});

test('downloads that hold every connection do not wait for each other', async () => {
  const bytes = Buffer.alloc(300_000, 7);
  const info = { id: '1', size: bytes.byteLength, content_type: 'a/b', etag: '"e-2"', metadata: {} };
  const times = { created_at: '2026-11-22T20:00:00.000Z', last_modified: '2026-11-22T20:00:00.000Z' };
  const server = await serverOf((request, response) => {
    if (request.url?.includes('/info/')) response.writeHead(200, json).end(JSON.stringify({ ...info, ...times }));
    else response.writeHead(200, { etag: '"e-2"', 'content-length': bytes.byteLength }).end(bytes);
  });
  const { files } = layerTo(server.url, 4).ports;
  const targets = Array.from({ length: 12 }, targetToBytes);
  for (const answer of await Promise.all(targets.map((to) => files.download({ ...place, to }, createTestCall())))) {
    expect(valueOf(answer).verified).toBe('size');
  }
  expect(targets.every((to) => bytes.equals(to.bytes() ?? Buffer.alloc(0)))).toBe(true);
  expect(server.peak()).toBe(4);
});

test('a slow reader survives a server that closes its connection', async () => {
  const bytes = Buffer.alloc(1_000_000, 7);
  const server = new EventEmitter();
  const sent = once(server, 'sent');
  const port = await socketServer((socket) => {
    socket.once('data', () => {
      const head = `HTTP/1.1 200 OK\r\netag: "${'0'.repeat(32)}"\r\ncontent-length: ${bytes.byteLength}\r\nconnection: close\r\n\r\n`;
      socket.write(head);
      socket.end(bytes, () => server.emit('sent'));
    });
  });
  let received = 0;
  const slow: FileTarget = {
    open: async () =>
      ok({
        async write(chunk) {
          await sent;
          for (let turn = 0; turn < 20; turn += 1) await new Promise((resolve) => setImmediate(resolve));
          received += chunk.byteLength;
        },
        commit: async () => undefined,
        discard: async () => undefined,
      }),
  };
  const url = `http://127.0.0.1:${port}`;
  const answer = await layerTo(url).ports.files.download({ ...place, to: slow }, createTestCall());
  expect([answer._unsafeUnwrapErr().code, received]).toEqual(['ChecksumDiffers', bytes.byteLength]);
});

test('no redirect is followed, so that the key stays with the project', async () => {
  const elsewhere: unknown[] = [];
  const other = await serverOf((request, response) => {
    elsewhere.push(request.headers);
    response.end('[]');
  });
  const server = await serverOf((_request, response) => response.writeHead(307, { location: other.url }).end());
  const own = await layerTo(server.url).ports.buckets.create({ id: 'b' }, createTestCall());
  const passed = createSupabaseLayer({ url: server.url, key, fetch: (input, init) => fetch(input, init) });
  const foreign = await passed.ports.buckets.create({ id: 'b' }, createTestCall());
  for (const answer of [own, foreign]) expect(answer._unsafeUnwrapErr()).toMatchObject({ effect: 'unknown' });
  expect(elsewhere).toEqual([]);
});

test.each([
  ['gzip', 10],
  ['gzip', 500_000],
])('reads an answer packed with %s, %d letters long', async (encoding, length) => {
  const name = 'x'.repeat(length);
  const server = await serverOf((request, response) => {
    expect(request.headers['accept-encoding']).toContain(encoding);
    response.writeHead(200, { ...json, 'content-encoding': encoding }).end(gzipSync(JSON.stringify([{ name }])));
  });
  const removed = await layerTo(server.url).ports.files.remove({ bucket: 'b', paths: ['p'] }, createTestCall());
  expect(valueOf(removed).missing).toEqual(['p']);
});

test('hears an answer that comes before the last byte was sent, and gives the connection up', async () => {
  const server = await serverOf((_request, response) =>
    response.writeHead(400, json).end('{"statusCode":"413","code":"EntityTooLarge","message":"too large"}'),
  );
  const body = sourceFromBytes(Buffer.alloc(5_000_000));
  const layer = layerTo(server.url);
  const answer = await layer.ports.files.upload({ ...place, body }, createTestCall());
  expect(answer._unsafeUnwrapErr()).toMatchObject({ kind: 'invalid-request', effect: 'none', code: 'EntityTooLarge' });
  await server.allGone();
});
