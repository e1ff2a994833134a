import './allow-node-20-line.js';
import { describeLayerContract } from '@hybrid-supabase/contract-tests/jest';
import { createSupabaseLayer } from '../src/index.js';
import { createFakeClient } from './fake-client.js';
import { sampleInputs } from './sample-inputs.js';
import { testKey } from './test-key.js';

describeLayerContract('the layer over a client of the same shape', () => {
  const client = createFakeClient();
  const key = testKey({ role: 'service_role' });
  const layer = createSupabaseLayer({ url: 'http://localhost', key, createClient: () => client });
  return {
    layer,
    secrets: [key],
    // Without a head of its answer to look at, a download asks for the details.
    samples: sampleInputs(layer, 2),
    sent: () => client.sent(),
    breakBackend: (fault) => {
      client.break(fault);
      return true;
    },
    heal: () => client.heal(),
    close: () => layer.close(),
  };
});
