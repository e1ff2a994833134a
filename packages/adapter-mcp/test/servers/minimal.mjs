import { createInterface } from 'node:readline';

const write = (message) => process.stdout.write(`${JSON.stringify({ jsonrpc: '2.0', ...message })}\n`);
const tool = (name, properties) => ({ name, inputSchema: { type: 'object', properties } });
const tools = [tool('list_branches', {}), tool('delete_branch', { branch_id: {} })];
const started = {
  protocolVersion: '2025-06-18',
  capabilities: { tools: {} },
  serverInfo: { name: 'minimal', version: '1' },
};

/** A server with two tools; `onCall` is given a way to answer each call, and the name of its tool. */
export const serve = (onCall) => {
  const results = { initialize: () => started, 'tools/list': () => ({ tools }), ping: () => ({}) };
  createInterface({ input: process.stdin }).on('line', (line) => {
    const { id, method, params } = JSON.parse(line);
    if (id === undefined) return;
    if (method !== 'tools/call') return write({ id, result: results[method]() });
    const value = params.name === 'list_branches' ? { branches: [] } : { success: true };
    onCall(() => write({ id, result: { content: [{ type: 'text', text: JSON.stringify(value) }] } }), params.name);
  });
};
