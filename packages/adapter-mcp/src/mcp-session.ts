import type { Result } from 'neverthrow';
import type { McpClient } from './mcp-client.js';

/** One connected server. It never comes back to life: a dead session is replaced by a new one. */
export interface McpSession {
  readonly client: McpClient;
  /** False is a proof that nothing can be sent any more. */
  isAlive(): boolean;
  /** What the server said before it ended, with secrets removed and shortened; empty when it said nothing. */
  lastWords(): string;
  /** Stands before the HTTP status in the session's error texts, and nobody but the session can know it; nothing where statuses are lost. */
  readonly statusMark?: string;
  /**
   * Asked for when a call ran into its deadline: finds out whether the server still answers at all, and ends it at
   * once when it does not. Resolves always. Without it a server that hangs is never replaced.
   */
  checkPulse?(): Promise<void>;
  /** Ends the server; resolves when it is gone. Safe to call twice. */
  close(): Promise<void>;
}

/** Why no session could be opened. Nothing was sent to the project. */
export interface StartFailure {
  /** One sentence, without secrets. */
  readonly message: string;
  readonly hint: string;
  /** @default 'unavailable' */
  readonly kind?: 'unavailable' | 'unauthorized' | 'rate-limited';
  readonly retryAfterMs?: number;
  readonly cause?: unknown;
}

/** A way to open a session, again after each death. */
export interface McpConnector {
  /** Resolves always; gives up at once when the signal fires. */
  open(signal: AbortSignal): Promise<Result<McpSession, StartFailure>>;
  /** Tool groups its sessions are asked to have; nothing when it does not know. */
  readonly features?: readonly string[];
  /** How many sessions a layer may have open at once. @default 1 */
  readonly poolSize?: number;
  /** Its calls end at the hosted platform, whose rate limits then count. @default false */
  readonly isHosted?: boolean;
}
