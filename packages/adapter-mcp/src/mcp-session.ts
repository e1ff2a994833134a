import type { Result } from 'neverthrow';
import type { McpClient } from './mcp-client.js';

/** One connected server. It never comes back to life: a dead session is replaced by a new one. */
export interface McpSession {
  readonly client: McpClient;
  /** False is a proof that nothing can be sent any more. */
  isAlive(): boolean;
  /** What the server said before it ended, with secrets removed and shortened; empty when it said nothing. */
  lastWords(): string;
  /** Ends the server; resolves when it is gone. Safe to call twice. */
  close(): Promise<void>;
}

/** Why no session could be opened. Nothing was sent to the project. */
export interface StartFailure {
  /** One sentence, without secrets. */
  readonly message: string;
  readonly hint: string;
  readonly cause?: unknown;
}

/** A way to open a session, again after each death. */
export interface McpConnector {
  /** Resolves always; gives up at once when the signal fires. */
  open(signal: AbortSignal): Promise<Result<McpSession, StartFailure>>;
}
