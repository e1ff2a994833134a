import './allow-node-20-line.js';
import { getEventListeners } from 'node:events';
import { createTestCall } from '@hybrid-supabase/contract-tests';
import { createSupabaseLayer, sourceFromBytes, targetToBytes } from '../src/index.js';
import { startServer } from './start-server.js';
import { testKey } from './test-key.js';

const etag = '"5d41402abc4b2a76b9719d911017c592"';
const timers = (): number => process.getActiveResourcesInfo().filter((name) => name === 'Timeout').length;

test('a thousand calls under one signal leave no listener, no timer and no connection beyond the bound', async () => {
  const server = await startServer((request, response) => {
    request.resume().on('end', () => {
      if (request.url?.includes('/refused')) response.writeHead(400).end('{"code":"NoSuchKey","statusCode":"404"}');
      else if (request.method === 'GET') response.writeHead(200, { etag, 'content-length': '5' }).end('hello');
      else response.writeHead(200, { 'content-type': 'application/json' }).end('{"Id":"1","Key":"b/p"}');
    });
  });
  const layer = createSupabaseLayer({ url: server.url, key: testKey({ role: 'service_role' }), maxSockets: 4 });
  const { files } = layer.ports;
  const call = createTestCall();
  const given = createTestCall();
  given.abort();
  const before = timers();
  for (let round = 0; round < 25; round += 1) {
    const results = await Promise.all(
      Array.from({ length: 10 }, () => [
        files.upload({ bucket: 'b', path: 'p', body: sourceFromBytes(Buffer.from('x')) }, call),
        files.download({ bucket: 'b', path: 'p', to: targetToBytes() }, call),
        files.exists({ bucket: 'b', path: 'refused' }, call),
        files.info({ bucket: 'b', path: 'p' }, given),
      ]).flat(),
    );
    expect(results.filter((result) => result.isOk())).toHaveLength(30);
  }
  expect(getEventListeners(call.signal, 'abort')).toEqual([]);
  expect(getEventListeners(given.signal, 'abort')).toEqual([]);
  expect(timers()).toBeLessThanOrEqual(before + 4);
  expect([server.made(), server.peak()]).toEqual([3, 3]);
  await layer.close();
  await server.allGone();
  expect(timers()).toBeLessThanOrEqual(before);
  await server.stop();
});
