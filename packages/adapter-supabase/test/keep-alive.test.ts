import './allow-node-20-line.js';
import { createTestCall } from '@hybrid-supabase/contract-tests';
import { createSupabaseLayer } from '../src/index.js';
import { clientVersions } from './client-versions.js';
import { startServer } from './start-server.js';
import { testKey } from './test-key.js';
import { valueOf } from './value-of.js';

const key = testKey({ role: 'service_role' });

test.each(clientVersions)(
  'supabase-js %s keeps within its connections and leaves none',
  async (_version, createClient) => {
    const server = await startServer((_request, response) =>
      setImmediate(() => response.writeHead(200, { 'content-type': 'application/json' }).end('[]')),
    );
    const layer = createSupabaseLayer({ url: server.url, key, createClient, maxSockets: 4 });
    const answers = await Promise.all(
      Array.from({ length: 200 }, () => layer.ports.buckets.list({}, createTestCall())),
    );
    await layer.close();
    await server.allGone();
    await server.stop();
    answers.forEach(valueOf);
    // The fourth is for what is asked while an answer stands open.
    expect([server.made(), server.peak()]).toEqual([3, 3]);
  },
);
