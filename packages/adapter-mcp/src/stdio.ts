import { Client } from '@modelcontextprotocol/sdk/client/index.js';
import { StdioClientTransport } from '@modelcontextprotocol/sdk/client/stdio.js';
import { err, ok, type Result } from 'neverthrow';
import { inTurn } from './in-turn.js';
import { createLastWords, type LastWords } from './last-words.js';
import type { McpConnector, McpSession, StartFailure } from './mcp-session.js';
import serverPath from './server-path.cjs';
import { createServerPreload, type ServerPreload } from './server-preload.js';
import { checkStdioOptions, isHostedApi, serverArguments, type StdioOptions } from './stdio-options.js';
import { usedFeatures } from './tool-table.js';

const clientInfo = { name: 'hybrid-supabase', version: '0.1.0' };

/**
 * The official server as a child process. The child ends with `close()`, and by itself when this process
 * ends, even a killed one: its standard input is then closed. Throws for wrong options, at once.
 */
export const stdio = (options: StdioOptions): McpConnector => {
  checkStdioOptions(options);
  const { features = usedFeatures, poolSize = 1, apiUrl } = options;
  return { open: (signal) => open(options, signal), features, poolSize, isHosted: isHostedApi(apiUrl) };
};

const open = async (options: StdioOptions, signal: AbortSignal): Promise<Result<McpSession, StartFailure>> => {
  const words = createLastWords([options.accessToken]);
  const preload = createServerPreload();
  const transport = createTransport(options, preload, words);
  const client = new Client(clientInfo);
  client.onerror = ({ message }) => words.add(`\n${message}\n`);
  const ended = new AbortController();
  const gone = new Promise<void>((resolve) => ended.signal.addEventListener('abort', () => resolve()));
  client.onclose = () => ended.abort();
  const started = await start({ options, transport, client, signal });
  const { pid } = started;
  if (started.failure !== undefined) {
    // It was told nothing yet, so it is owed no time to finish.
    if (pid !== null && signalled(pid, 'SIGKILL')) await gone;
    return err(startFailure(words.text(), started.failure.cause));
  }
  return ok({
    client,
    isAlive: () => !ended.signal.aborted && pid !== null && signalled(pid, 0),
    lastWords: () => words.text(),
    statusMark: preload.statusMark,
    checkPulse: pulseCheck(client, options.hungAfterMs ?? 5_000, () => {
      words.add('\nit did not answer a ping and was ended\n');
      if (pid !== null && !ended.signal.aborted) signalled(pid, 'SIGKILL');
    }),
    close: async () => {
      await transport.close();
      await gone;
    },
  });
};

interface Start {
  readonly options: StdioOptions;
  readonly transport: StdioClientTransport;
  readonly client: Client;
  readonly signal: AbortSignal;
}

interface Started {
  readonly pid: number | null;
  readonly failure?: { readonly cause: unknown };
}

const start = async ({ options, transport, client, signal }: Start): Promise<Started> => {
  const starting = new AbortController();
  const giveUp = (): void => starting.abort(signal.reason);
  signal.addEventListener('abort', giveUp);
  const connecting = client.connect(transport, { signal: starting.signal, timeout: options.startTimeoutMs ?? 30_000 });
  // The SDK spawns before its first await, so the process id is known here.
  const { pid } = transport;
  try {
    if (pid !== null) options.onChildStarted?.(pid);
    await connecting;
    return { pid };
  } catch (cause) {
    return { pid, failure: { cause } };
  } finally {
    // The SDK would take a later abort for one of its first request, and tell the server so.
    signal.removeEventListener('abort', giveUp);
  }
};

const createTransport = (options: StdioOptions, preload: ServerPreload, words: LastWords): StdioClientTransport => {
  const transport = new StdioClientTransport({
    command: process.execPath,
    args: [...preload.arguments, options.serverPath ?? serverPath(), ...serverArguments(options)],
    env: { SUPABASE_ACCESS_TOKEN: options.accessToken },
    stderr: 'pipe',
    maxBufferSize: options.maxReplyBytes ?? 64 * 1024 * 1024,
  });
  transport.send = inTurn(transport.send.bind(transport));
  transport.stderr?.on('data', (chunk: unknown) => words.add(String(chunk)));
  return transport;
};

// The server answers a ping by itself, so a slow API is no reason to end it. Asked once at a time.
const pulseCheck = (client: Client, timeout: number, end: () => void): (() => Promise<void>) => {
  let asking: Promise<void> | undefined;
  const ask = async (): Promise<void> => {
    try {
      await client.ping({ timeout });
    } catch {
      end();
    } finally {
      asking = undefined;
    }
  };
  return () => (asking ??= ask());
};

// False when there is no such process; signal 0 only asks. The SDK itself learns of a death late, when the pipes are empty.
const signalled = (pid: number, signal: 'SIGKILL' | 0): boolean => {
  try {
    return process.kill(pid, signal);
  } catch {
    return false;
  }
};

const startFailure = (words: string, cause: unknown): StartFailure => ({
  message: `The MCP server did not start${words === '' ? '.' : `: ${words}`}`,
  hint: 'Check the access token, the project reference and the features, and that the packages of the server are installed.',
  cause,
});
