import './allow-node-20-line.js';
import { startFaultyProxy } from '@hybrid-supabase/contract-tests';
import { describeLayerContract } from '@hybrid-supabase/contract-tests/jest';
import type { LocalStack } from '@hybrid-supabase/local-stack';
import { createSupabaseLayer } from '../src/index.js';
import { clientVersions } from './client-versions.js';
import { sampleInputs } from './sample-inputs.js';
import { startProject } from './start-project.js';

let stack: LocalStack;
beforeAll(async () => {
  stack = await startProject();
}, 60_000);
afterAll(() => stack.stop());

describe.each(clientVersions)('supabase-js %s', (_version, createClient) => {
  describeLayerContract('the layer over HTTP', async () => {
    const proxy = await startFaultyProxy({ target: stack.url });
    const key = stack.serviceRoleKey;
    const layer = createSupabaseLayer({ url: proxy.url, key, createClient });
    const helper = createSupabaseLayer({ url: stack.url, key });
    return {
      layer,
      secrets: [key, stack.jwtSecret],
      samples: sampleInputs(helper),
      sent: () => proxy.requests(),
      breakBackend: (fault) => proxy.break(fault),
      heal: () => proxy.heal(),
      close: async () => {
        await layer.close();
        await helper.close();
        await proxy.close();
      },
    };
  });
});
