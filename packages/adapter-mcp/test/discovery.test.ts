import { createTestCall } from '@hybrid-supabase/contract-tests';
import { createMcpLayer, stdio, type McpLayerOptions } from '../src/index.js';
import { toolTable, type KnownTool } from '../src/tool-table.js';
import { createFakeMcpClient } from './fake-mcp-client.js';
import { fakeProject } from './fake-project.js';

interface Listed {
  readonly name: string;
  readonly inputSchema: object;
  readonly annotations: object;
}

const listed = (name: string, { sends, maySend = [] }: KnownTool, more: readonly string[] = []): Listed => {
  const required = [...sends, ...more];
  const properties = Object.fromEntries([...required, ...maySend].map((each) => [each, {}]));
  return {
    name,
    inputSchema: { properties, required, additionalProperties: false },
    annotations: { readOnlyHint: false },
  };
};
const allTools = Object.entries(toolTable).map(([name, tool]) => listed(name, tool));
const without = (name: string): readonly Listed[] => allTools.filter((tool) => tool.name !== name);
const gained = (name: keyof typeof toolTable): readonly Listed[] => [
  ...without(name),
  listed(name, toolTable[name], ['reason']),
];
const renamed = (name: keyof typeof toolTable): readonly Listed[] => [
  ...without(name),
  listed(`${name}_v2`, toolTable[name]),
];

const open = (tools: readonly Listed[], options: Partial<McpLayerOptions> = {}) => {
  const client = createFakeMcpClient({ answers: fakeProject, tools });
  return { client, layer: createMcpLayer({ connect: client, projectRef: 'ref', ...options }) };
};

test('before a session is open a layer lacks what its options rule out, and says why', () => {
  const connect = stdio({ accessToken: 'sbp_x', projectRef: 'ref', features: ['database'], readOnly: true });
  const { lacks } = createMcpLayer({ connect, projectRef: 'ref', readOnly: true });
  expect(lacks['config.get']).toMatch(/without the feature storage/);
  expect(lacks['branches.list']).toMatch(/without the feature branching/);
  expect(lacks['sql.write']).toMatch(/read-only/);
  expect(lacks['sql.read']).toBeUndefined();
});

test('with the features it starts with by default it lacks only what moves bytes', () => {
  const layer = createMcpLayer({ connect: stdio({ accessToken: 'sbp_x', projectRef: 'ref' }), projectRef: 'ref' });
  expect(Object.keys(layer.lacks)).toEqual(['buckets.empty', 'buckets.delete']);
});

test.each([
  ['is missing', without('list_extensions'), /no tool list_extensions.*feature database/],
  ['has been renamed', renamed('list_extensions'), /no tool list_extensions/],
  ['has gained a required argument', gained('list_extensions'), /do not know: reason/],
])('a tool that %s is a gap: unsupported, with the reason, and nothing is sent', async (_what, tools, why) => {
  const { client, layer } = open(tools);
  const first = (await layer.ports.project.extensions({}, createTestCall()))._unsafeUnwrapErr();
  expect(first).toMatchObject({ kind: 'unsupported', effect: 'none', message: expect.stringMatching(why) });
  expect(layer.lacks['project.extensions']).toMatch(why);
  const second = (await layer.ports.project.extensions({}, createTestCall()))._unsafeUnwrapErr();
  expect(second).toMatchObject({ kind: 'unsupported', effect: 'none', message: expect.stringMatching(why) });
  expect(client.requests).toHaveLength(0);
  expect((await layer.ports.config.get({}, createTestCall())).isOk()).toBe(true);
});

test('one tool that is missing takes every operation that needs it', async () => {
  const { layer } = open(without('execute_sql'));
  await layer.ports.config.get({}, createTestCall());
  expect(Object.keys(layer.lacks)).toEqual(
    expect.arrayContaining(['sql.read', 'sql.write', 'buckets.list', 'policies.create']),
  );
  expect(layer.lacks['migrations.list']).toBeUndefined();
});

test('a session that turns out to be read-only lacks every change', async () => {
  const tools = without('apply_migration').map((tool) => ({ ...tool, annotations: { readOnlyHint: true } }));
  const { client, layer } = open(tools);
  await layer.ports.config.get({}, createTestCall());
  const sent = client.requests.length;
  const refused = await layer.ports.sql.write({ text: 'delete from notes', values: [] }, createTestCall());
  expect(refused._unsafeUnwrapErr()).toMatchObject({ kind: 'unsupported', message: 'The session is read-only.' });
  expect(client.requests).toHaveLength(sent);
});
