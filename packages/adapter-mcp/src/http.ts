import { Client } from '@modelcontextprotocol/sdk/client/index.js';
import { StreamableHTTPClientTransport } from '@modelcontextprotocol/sdk/client/streamableHttp.js';
import { err, ok, type Result } from 'neverthrow';
import { httpError } from './http-failure-table.js';
import { addressOf, checkHttpOptions, isHostedServer, type HttpOptions } from './http-options.js';
import { createHttpWire } from './http-wire.js';
import type { McpConnector, McpSession, StartFailure } from './mcp-session.js';
import { usedFeatures } from './tool-table.js';

const clientInfo = { name: 'hybrid-supabase', version: '0.1.0' };

/**
 * An official server over streamable HTTP, the hosted one by default. Each call is a request of its own, so one
 * that breaks off ends no other. Throws for wrong options, at once.
 */
export const http = (options: HttpOptions): McpConnector => {
  checkHttpOptions(options);
  const { features = usedFeatures, url } = options;
  return { open: (signal) => open(options, signal), features, isHosted: isHostedServer(url) };
};

const open = async (options: HttpOptions, signal: AbortSignal): Promise<Result<McpSession, StartFailure>> => {
  const client = new Client(clientInfo);
  const ended = new AbortController();
  const wire = createHttpWire({
    maxReplyBytes: options.maxReplyBytes ?? 64 * 1024 * 1024,
    fetch,
    onSessionGone: () => ended.abort(),
  });
  const transport = new StreamableHTTPClientTransport(addressOf(options), {
    requestInit: { headers: { authorization: `Bearer ${options.accessToken}` } },
    fetch: wire,
  });
  client.onclose = () => ended.abort();
  const starting = new AbortController();
  const giveUp = (): void => starting.abort(signal.reason);
  signal.addEventListener('abort', giveUp);
  try {
    if (signal.aborted) giveUp();
    await client.connect(transport, { signal: starting.signal, timeout: options.startTimeoutMs ?? 30_000 });
  } catch (cause) {
    await client.close();
    return err(startFailure(cause));
  } finally {
    signal.removeEventListener('abort', giveUp);
  }
  return ok({ client, isAlive: () => !ended.signal.aborted, lastWords: () => '', close: () => client.close() });
};

const startFailure = (cause: unknown): StartFailure => {
  const known = httpError('', cause);
  if (known === undefined)
    return {
      message: 'The MCP server did not answer in time, or not as an MCP server does.',
      hint: 'Check the address of the server, and look at the status of the platform.',
      cause,
    };
  const { kind, message, hint = '', retryAfterMs } = known;
  return {
    message,
    hint,
    kind: kind === 'unauthorized' || kind === 'rate-limited' ? kind : 'unavailable',
    ...(retryAfterMs === undefined ? {} : { retryAfterMs }),
    cause,
  };
};
