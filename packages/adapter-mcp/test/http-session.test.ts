import { createTestCall } from '@hybrid-supabase/contract-tests';
import { createMcpLayer, http } from '../src/index.js';
import { answerOf } from './answer-of.js';
import { startFakePlatform, type FakePlatform } from './fake-platform.js';
import { startHttpServer, type HttpServer } from './http-server.js';

let platform: FakePlatform;
let server: HttpServer;

beforeAll(async () => {
  platform = await startFakePlatform({ projectRef: 'ref' });
  server = await startHttpServer(platform.url);
});
afterAll(async () => {
  await server.close();
  await platform.close();
});

const open = (session: { readonly readOnly: boolean }, layer: { readonly readOnly: boolean }) => {
  const connect = http({ url: `${server.origin}/mcp`, accessToken: 'sbp_token', projectRef: 'ref', ...session });
  return createMcpLayer({ connect, projectRef: 'ref', ...layer });
};

test('a read-only session over HTTP reads, and lacks every change', async () => {
  const layer = open({ readOnly: true }, { readOnly: true });
  expect(answerOf(await layer.ports.branches.list({}, createTestCall()))).toHaveLength(1);
  expect(layer.lacks['branches.create']).toMatch(/read-only/);
  await layer.close();
});

test('a session over HTTP that could write is refused where none may', async () => {
  const layer = open({ readOnly: false }, { readOnly: true });
  const refused = await layer.ports.branches.list({}, createTestCall());
  expect(refused._unsafeUnwrapErr()).toMatchObject({ kind: 'unavailable', effect: 'none', code: 'not-read-only' });
  await layer.close();
});

test('a branch is made and followed over HTTP', async () => {
  platform.stages = ['CREATING_PROJECT', 'FUNCTIONS_DEPLOYED'];
  const connect = http({ url: `${server.origin}/mcp`, accessToken: 'sbp_token', projectRef: 'ref' });
  const layer = createMcpLayer({ connect, projectRef: 'ref', branchPollMs: 1 });
  const made = answerOf(await layer.ports.branches.create({ name: 'develop', confirmCost: true }, createTestCall()));
  expect(made.status).toBe('FUNCTIONS_DEPLOYED');
  await layer.close();
});
