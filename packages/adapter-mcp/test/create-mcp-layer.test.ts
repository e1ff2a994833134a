import { createTestCall } from '@hybrid-supabase/contract-tests';
import { operationNames, operations, supports } from '@hybrid-supabase/core';
import { createMcpLayer } from '../src/create-mcp-layer.js';
import type { McpClient } from '../src/mcp-client.js';

const unused: McpClient = {
  callTool: () => Promise.reject(new Error('called')),
  listTools: () => Promise.reject(new Error('called')),
  close: async () => undefined,
};

test('a read-only layer lacks everything that is not a read', () => {
  const layer = createMcpLayer({ connect: unused, projectRef: 'ref', readOnly: true });
  const supported = operationNames.filter((name) => supports(layer, name));
  expect(supported.filter((name) => operations[name].effect !== 'read')).toEqual([]);
  expect(supported).toEqual([
    'sql.read',
    'migrations.list',
    'buckets.list',
    'buckets.get',
    'policies.list',
    'config.get',
    'branches.list',
    'branches.get',
    'project.keys',
    'project.logs',
    'project.advisors',
    'project.types',
    'project.tables',
    'project.extensions',
  ]);
});

test('what it lacks it refuses without connecting', async () => {
  const layer = createMcpLayer({ connect: unused, projectRef: 'ref', readOnly: true });
  const refused = await layer.ports.policies.drop({ name: 'x' }, createTestCall());
  expect(refused._unsafeUnwrapErr()).toMatchObject({ kind: 'unsupported', effect: 'none' });
});

test.each([
  ['projectRef', { connect: unused, projectRef: '' }],
  ['name', { connect: unused, projectRef: 'ref', name: '' }],
  ['maxResultBytes', { connect: unused, projectRef: 'ref', maxResultBytes: 0.5 }],
])('a wrong `%s` is named at once', (name, options) => {
  expect(() => createMcpLayer(options)).toThrow(new RegExp(`\`${name}\``));
});
