import './allow-node-20-line.js';
import { createServer } from 'node:http';
import { createTestCall } from '@hybrid-supabase/contract-tests';
import { createSupabaseLayer } from '../src/index.js';
import { clientVersions } from './client-versions.js';
import { testKey } from './test-key.js';
import { valueOf } from './value-of.js';

test.each(clientVersions)('supabase-js %s reuses its connections', async (_version, createClient) => {
  let connections = 0;
  const server = createServer((_request, response) =>
    response.writeHead(200, { 'content-type': 'application/json' }).end('[]'),
  );
  server.on('connection', () => (connections += 1));
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const address = server.address();
  const port = typeof address === 'object' ? address?.port : undefined;
  const layer = createSupabaseLayer({
    url: `http://127.0.0.1:${port}`,
    key: testKey({ role: 'service_role' }),
    createClient,
  });
  for (let time = 0; time < 20; time += 1) valueOf(await layer.ports.buckets.list({}, createTestCall()));
  await layer.close();
  server.closeAllConnections();
  await new Promise((resolve) => server.close(resolve));
  expect(connections).toBeLessThan(4);
});
