import { Client } from '@modelcontextprotocol/sdk/client/index.js';
import { StdioClientTransport } from '@modelcontextprotocol/sdk/client/stdio.js';
import serverPath from '../src/server-path.cjs';

interface UnscopedOptions {
  readonly apiUrl: string;
  readonly accessToken: string;
  readonly features: string;
}

/** A client of the SDK's that somebody else connected, to a session for every project. */
export const connectUnscoped = async ({ apiUrl, accessToken, features }: UnscopedOptions): Promise<Client> => {
  const client = new Client({ name: 'somebody-else', version: '1.0.0' });
  await client.connect(
    new StdioClientTransport({
      command: process.execPath,
      args: [serverPath(), `--features=${features}`, `--api-url=${apiUrl}`],
      env: { SUPABASE_ACCESS_TOKEN: accessToken },
      stderr: 'ignore',
    }),
  );
  return client;
};
