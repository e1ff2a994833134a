import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { Client } from '@modelcontextprotocol/sdk/client/index.js';
import { StdioClientTransport } from '@modelcontextprotocol/sdk/client/stdio.js';

const require = createRequire(import.meta.url);

/** No two children are equally quick, whatever they run: several on each side make that no advantage of one. */
export const childrenOfASide = 3;

/** Which project, and where its Management API is. */
export interface BareChildOptions {
  readonly accessToken: string;
  readonly projectRef: string;
  readonly apiUrl: string;
}

/** The same child as a layer's, with the same tools, and the SDK's client on it: nothing of ours. */
export const connectBareChild = async ({ accessToken, projectRef, apiUrl }: BareChildOptions): Promise<Client> => {
  const main = require.resolve('@supabase/mcp-server-supabase');
  const client = new Client({ name: 'bench', version: '0.1.0' });
  const features = '--features=database,storage,debugging,development,branching';
  const args = [join(dirname(main), 'cli.js'), `--project-ref=${projectRef}`, `--api-url=${apiUrl}`, features];
  const env = { SUPABASE_ACCESS_TOKEN: accessToken };
  await client.connect(new StdioClientTransport({ command: process.execPath, args, env, stderr: 'ignore' }));
  return client;
};

/** Calls a tool; an error ends the benchmark, for one of failures would be quick and worth nothing. */
export const calledTool = async (client: Client, name: string, args: Record<string, unknown> = {}): Promise<void> => {
  const { isError } = await client.callTool({ name, arguments: args });
  if (isError === true) throw new Error('A call of the bare client failed.');
};
