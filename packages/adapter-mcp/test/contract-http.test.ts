import { createTestCall, startFaultyProxy } from '@hybrid-supabase/contract-tests';
import { describeLayerContract } from '@hybrid-supabase/contract-tests/jest';
import type { LocalStack } from '@hybrid-supabase/local-stack';
import { createMcpLayer, http } from '../src/index.js';
import { answerOf } from './answer-of.js';
import { startFakePlatform, type FakePlatform } from './fake-platform.js';
import { startHttpServer, type HttpServer } from './http-server.js';
import { startStack } from './official-server.js';
import { createSamples } from './samples.js';

let stack: LocalStack;
let platform: FakePlatform;
let server: HttpServer;

beforeAll(async () => {
  stack = await startStack();
  platform = await startFakePlatform({ behind: stack.managementUrl, projectRef: stack.projectRef });
  server = await startHttpServer(platform.url);
}, 60_000);

afterAll(async () => {
  await server.close();
  await platform.close();
  await stack.stop();
});

describeLayerContract('layer mcp over streamable HTTP', async () => {
  const { accessToken, projectRef } = stack;
  const proxy = await startFaultyProxy({ target: server.origin });
  const connect = http({ url: `${proxy.url}/mcp`, accessToken, projectRef });
  const layer = createMcpLayer({ connect, projectRef, projectUrl: stack.url, branchPollMs: 1 });
  // The handshake is no request of a call.
  answerOf(await layer.probe(createTestCall()));
  const handshake = proxy.requests();
  const samples = createSamples(layer);
  return {
    layer,
    // The wire that breaks is the one to the server, which itself asks the API twice for the keys.
    samples: { ...samples, 'project.keys': { ...samples['project.keys']!, requests: 1 } },
    secrets: [accessToken, stack.jwtSecret, stack.databaseUrl],
    sent: () => proxy.requests() - handshake,
    breakBackend: (fault) => proxy.break(fault),
    heal: () => proxy.heal(),
    close: async () => {
      await layer.close();
      await proxy.close();
    },
  };
});
