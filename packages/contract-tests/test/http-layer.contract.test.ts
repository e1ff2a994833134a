import assert from 'node:assert/strict';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { Bucket } from '@hybrid-supabase/core';
import { startFaultyProxy, type LayerHarness } from '../src/index.js';
import { describeLayerContract } from '../src/jest.js';
import { createHttpLayer } from './http-layer.js';

const key = 'a key that no error may tell';

const respond = async (request: IncomingMessage, response: ServerResponse, buckets: Bucket[]): Promise<void> => {
  const chunks: Uint8Array[] = [];
  for await (const chunk of request) chunks.push(Buffer.from(chunk));
  if (request.method !== 'POST') return void response.end(JSON.stringify(buckets));
  const { id }: { id: string } = JSON.parse(Buffer.concat(chunks).toString());
  const made = {
    id,
    public: false,
    fileSizeLimit: null,
    allowedMimeTypes: null,
    createdAt: '2026-11-22T20:00:00.000Z',
  };
  buckets.push(made);
  response.end(JSON.stringify(made));
};

const openHarness = async (): Promise<LayerHarness> => {
  const buckets: Bucket[] = [];
  const server = createServer((request, response) => void respond(request, response, buckets));
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const address = server.address();
  const port = typeof address === 'object' && address !== null ? address.port : 0;
  const proxy = await startFaultyProxy({ target: `http://127.0.0.1:${port}` });
  const layer = createHttpLayer(proxy.url, key);
  let made = 0;
  return {
    layer,
    secrets: [key],
    samples: {
      'buckets.list': { input: () => ({}), check: (list) => assert.deepEqual(list, buckets) },
      'buckets.create': {
        input: () => ({ id: `bucket-${(made += 1)}` }),
        check: ({ id }) => assert.equal(id, buckets.at(-1)?.id),
      },
    },
    sent: () => proxy.requests(),
    breakBackend: (fault) => proxy.break(fault),
    heal: () => proxy.heal(),
    async close() {
      await layer.close();
      await proxy.close();
      await new Promise((resolve) => server.close(resolve));
    },
  };
};

describeLayerContract('a layer over a real wire', openHarness);
