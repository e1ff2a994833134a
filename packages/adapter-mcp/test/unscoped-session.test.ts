import { createTestCall } from '@hybrid-supabase/contract-tests';
import type { LocalStack } from '@hybrid-supabase/local-stack';
import { createMcpLayer } from '../src/index.js';
import { answerOf } from './answer-of.js';
import { startStack } from './official-server.js';
import { connectUnscoped } from './unscoped-client.js';

let stack: LocalStack;

beforeAll(async () => {
  stack = await startStack();
}, 60_000);
afterAll(() => stack.stop());

test("serves through a client of the SDK's that somebody else connected, to a session for every project", async () => {
  const { managementUrl: apiUrl, accessToken } = stack;
  const client = await connectUnscoped({ apiUrl, accessToken, features: 'database,storage' });
  const layer = createMcpLayer({ connect: client, projectRef: stack.projectRef });
  const read = await layer.ports.sql.read({ text: 'select 1 as one', values: [] }, createTestCall());
  expect(answerOf(read).rows).toEqual([{ one: 1 }]);
  expect(answerOf(await layer.ports.migrations.list({}, createTestCall())).length).toBeGreaterThan(0);
  await layer.close();
  const late = await layer.probe(createTestCall());
  expect(late._unsafeUnwrapErr()).toMatchObject({ kind: 'unavailable', effect: 'none' });
});
