import { ok } from 'neverthrow';
import type { McpClient } from './mcp-client.js';
import type { McpConnector } from './mcp-session.js';

/** A client that somebody else connected. It cannot be connected again; from here on it belongs to the layer, which closes it. */
export const readyClient = (client: McpClient): McpConnector => ({
  open: async () => ok({ client, isAlive: () => true, lastWords: () => '', close: () => client.close() }),
});
