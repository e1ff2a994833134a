import { Client } from '@modelcontextprotocol/sdk/client/index.js';
import { StdioClientTransport } from '@modelcontextprotocol/sdk/client/stdio.js';
import { createTestCall } from '@hybrid-supabase/contract-tests';
import type { LocalStack } from '@hybrid-supabase/local-stack';
import { createMcpLayer } from '../src/index.js';
import serverPath from '../src/server-path.cjs';
import { answerOf } from './answer-of.js';
import { startStack } from './official-server.js';

let stack: LocalStack;

beforeAll(async () => {
  stack = await startStack();
}, 60_000);
afterAll(() => stack.stop());

test("serves through a client of the SDK's that somebody else connected, to a session for every project", async () => {
  const client = new Client({ name: 'somebody-else', version: '1.0.0' });
  await client.connect(
    new StdioClientTransport({
      command: process.execPath,
      args: [serverPath(), '--features=database,storage', `--api-url=${stack.managementUrl}`],
      env: { SUPABASE_ACCESS_TOKEN: stack.accessToken },
      stderr: 'ignore',
    }),
  );
  const layer = createMcpLayer({ connect: client, projectRef: stack.projectRef });
  const read = await layer.ports.sql.read({ text: 'select 1 as one', values: [] }, createTestCall());
  expect(answerOf(read).rows).toEqual([{ one: 1 }]);
  expect(answerOf(await layer.ports.migrations.list({}, createTestCall())).length).toBeGreaterThan(0);
  await layer.close();
  const late = await layer.probe(createTestCall());
  expect(late._unsafeUnwrapErr()).toMatchObject({ kind: 'unavailable', effect: 'none' });
});
