import { describeLayerContract } from '@hybrid-supabase/contract-tests/jest';
import type { LocalStack } from '@hybrid-supabase/local-stack';
import { openOfficialServer, startStack } from './official-server.js';
import { createSamples } from './samples.js';

let stack: LocalStack;

beforeAll(async () => {
  stack = await startStack();
}, 60_000);

afterAll(() => stack.stop());

describeLayerContract('layer mcp over a pool of two', async () => {
  // One call a child: whatever runs beside another uses the second.
  const options = { server: { poolSize: 2 }, layer: { maxInFlight: 1 } };
  const { layer, proxy, close } = await openOfficialServer(stack, options);
  return {
    layer,
    samples: createSamples(layer),
    secrets: [stack.accessToken, stack.jwtSecret, stack.databaseUrl],
    sent: () => proxy.requests(),
    breakBackend: (fault) => proxy.break(fault),
    heal: () => proxy.heal(),
    close,
  };
});
