import { createTestCall } from '@hybrid-supabase/contract-tests';
import { createConnection } from '../src/connection.js';
import { createLanes } from '../src/lanes.js';
import type { McpClient, McpRequestOptions, ToolRequest } from '../src/mcp-client.js';
import { readyClient } from '../src/ready-client.js';
import { createToolCaller, type ToolCaller } from '../src/tool-caller.js';
import type { ToolName } from '../src/tool-table.js';

interface Sent {
  readonly request: ToolRequest;
  readonly options: McpRequestOptions | undefined;
}

interface Opened {
  readonly caller: ToolCaller;
  readonly sent: readonly Sent[];
}

const answer = async (): Promise<unknown> => ({ content: [{ type: 'text', text: '{"ok":true}' }] });

const open = (tools: readonly object[], reply = answer): Opened => {
  const sent: Sent[] = [];
  const client: McpClient = {
    callTool: (request, _schema, options) => {
      sent.push({ request, options });
      return reply();
    },
    listTools: async () => ({ tools }),
    close: async () => undefined,
  };
  const connection = createConnection({ layer: 'mcp', connector: readyClient(client), readOnly: false });
  const lanes = createLanes({ layer: 'mcp', connections: [connection], maxInFlight: 32 });
  return { caller: createToolCaller({ layer: 'mcp', lanes, projectRef: 'the-ref' }), sent };
};

const scoped = { name: 'execute_sql', inputSchema: { properties: { query: {} } } };
const unscoped = { name: 'execute_sql', inputSchema: { properties: { query: {}, project_id: {} } } };

test('names the project only to a session that wants to be told', async () => {
  const wants = open([unscoped]);
  const wantsNot = open([scoped]);
  await wants.caller.call('execute_sql', { query: 'x' }, createTestCall());
  await wantsNot.caller.call('execute_sql', { query: 'x' }, createTestCall());
  expect(wants.sent[0]?.request.arguments).toEqual({ project_id: 'the-ref', query: 'x' });
  expect(wantsNot.sent[0]?.request.arguments).toEqual({ query: 'x' });
});

test('gives the client longer than the call has, so that its own limit of 60 s never comes first', async () => {
  const { caller, sent } = open([scoped]);
  await caller.call('execute_sql', { query: 'x' }, createTestCall({ timeoutMs: 600_000 }));
  expect(sent[0]?.options?.timeout).toBeGreaterThan(600_000);
});

test('gives the client no longer than a timer can hold', async () => {
  const { caller, sent } = open([scoped]);
  await caller.call('execute_sql', { query: 'x' }, createTestCall({ timeoutMs: Number.POSITIVE_INFINITY }));
  expect(sent[0]?.options?.timeout).toBe(2 ** 31 - 1);
});

test('passes the trace of the call on', async () => {
  const { caller, sent } = open([scoped]);
  await caller.call('execute_sql', { query: 'x' }, createTestCall({ traceparent: '00-aa-bb-01' }));
  expect(sent[0]?.request._meta).toEqual({ traceparent: '00-aa-bb-01' });
});

test('tells the server when the caller stops waiting', async () => {
  const { caller, sent } = open([scoped], () => new Promise(() => undefined));
  const call = createTestCall();
  const calling = caller.call('execute_sql', { query: 'x' }, call);
  while (sent.length === 0) await new Promise((resolve) => setImmediate(resolve));
  call.abort();
  expect((await calling)._unsafeUnwrapErr()).toMatchObject({ kind: 'cancelled', effect: 'unknown' });
  expect(sent[0]?.options?.signal?.aborted).toBe(true);
});

test('tells the server nothing of a cancel that comes after the answer', async () => {
  const { caller, sent } = open([scoped]);
  const call = createTestCall();
  await caller.call('execute_sql', { query: 'x' }, call);
  call.abort();
  expect(sent[0]?.options?.signal?.aborted).toBe(false);
});

test.each<[string, ToolName, string, string]>([
  ['a tool that the session does not have', 'list_storage_buckets', 'x', 'tool-not-found'],
  ['a request that would end the session', 'execute_sql', 'x'.repeat(10_500_000), 'request-too-large'],
])('sends nothing for %s', async (_what, tool, query, code) => {
  const { caller, sent } = open([scoped]);
  const refused = await caller.call(tool, { query }, createTestCall());
  expect(refused._unsafeUnwrapErr()).toMatchObject({ kind: 'unsupported', effect: 'none', code });
  expect(sent).toHaveLength(0);
});
