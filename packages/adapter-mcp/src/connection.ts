import { setMaxListeners } from 'node:events';
import {
  type Call,
  closedError,
  type LayerError,
  type LayerResult,
  stoppedError,
  untilStopped,
} from '@hybrid-supabase/core';
import { err, ok, type Result } from 'neverthrow';
import { systemClock, type Clock } from './clock.js';
import type { McpConnector, McpSession, StartFailure } from './mcp-session.js';
import { redact } from './redact.js';
import { listFailure, openFailure, sessionFailure, writableError } from './session-failure.js';
import { readSessionTools, type SessionTools } from './session-tools.js';
import { createStartPause } from './start-pause.js';

/** A session that can be asked, and what it can do. */
export interface ReadySession {
  readonly session: McpSession;
  readonly tools: SessionTools;
}

/** One session at a time, shared by all calls, opened when first needed and again after its death. */
export interface Connection {
  /** A live session. Whatever fails here fails before anything was sent. */
  session(call: Call): LayerResult<ReadySession>;
  /** Begins to open a session that nobody asked for yet. What goes wrong is the next call's to hear. */
  warm(): void;
  /** Fires when the connection is closed. */
  readonly closed: AbortSignal;
  /** Ends the session and every start in progress. Safe to call twice. */
  close(): Promise<void>;
}

interface ConnectionOptions {
  readonly layer: string;
  readonly connector: McpConnector;
  readonly readOnly: boolean;
  /** @default the process's own clock */
  readonly clock?: Clock;
  /** Told the tools of every session that was opened. */
  onOpened?(tools: SessionTools): void;
}

type Opened = Result<ReadySession, LayerError>;
interface Shared {
  readonly opening: Promise<Opened>;
  readonly again: boolean;
  ready?: ReadySession;
}

/** Connects lazily: creating it starts nothing. */
export const createConnection = (options: ConnectionOptions): Connection => {
  const { layer, connector, readOnly, clock = systemClock, onOpened } = options;
  const closing = new AbortController();
  // Every call in flight listens, and there may be thousands.
  setMaxListeners(0, closing.signal);
  const startPause = createStartPause(clock);
  let shared: Shared | undefined;

  const start = (again: boolean): Shared => {
    const opening = openSession().then((opened) => {
      if (opened.isOk()) begun.ready = opened.value;
      else if (shared === begun) shared = undefined;
      return opened;
    });
    const begun: Shared = { opening, again };
    return begun;
  };

  const openSession = async (): Promise<Opened> => {
    const opened = await openOnce(connector, closing.signal);
    if (opened.isErr()) return failed(sessionFailure(layer, opened.error));
    const ready = await inspect(opened.value);
    if (ready.isErr() || closing.signal.aborted) await end(opened.value);
    if (closing.signal.aborted) return err(closedError(layer));
    if (ready.isErr()) return failed(ready.error);
    startPause.succeeded();
    onOpened?.(ready.value.tools);
    return ready;
  };

  const failed = (error: LayerError): Opened => {
    startPause.failed(error);
    return err(error);
  };

  const inspect = async (session: McpSession): Promise<Opened> => {
    const tools = await listTools(session, closing.signal);
    if (tools.isErr()) return err(sessionFailure(layer, tools.error));
    if (readOnly && !tools.value.readOnly) return err(writableError(layer));
    return ok({ session, tools: tools.value });
  };

  return {
    closed: closing.signal,
    warm: () => void (shared ??= start(false)),
    async session(call) {
      if (closing.signal.aborted) return err(closedError(layer));
      if (call.signal.aborted) return err(stoppedError(layer, call, 'none'));
      if (shared?.ready?.session.isAlive() === true) return ok(shared.ready);
      const early = startPause.refusal();
      if (early !== undefined && (shared === undefined || shared.ready !== undefined)) return err(early);
      if (shared === undefined || shared.ready !== undefined) shared = start(shared !== undefined);
      if (shared.again) call.note('The MCP server had ended; a new one was started before anything was sent.');
      const waited = await untilStopped(shared.opening, [call.signal]);
      return waited === 'stopped' ? err(stoppedError(layer, call, 'none')) : waited.value;
    },
    async close() {
      closing.abort();
      const opened = await shared?.opening;
      if (opened?.isOk()) await end(opened.value.session);
    },
  };
};

// A connector of somebody else's may break its word and reject.
const openOnce = async (connector: McpConnector, signal: AbortSignal): Promise<Result<McpSession, StartFailure>> => {
  try {
    return await connector.open(signal);
  } catch (cause) {
    return err(openFailure(reasonOf(cause), cause));
  }
};

const listTimeoutMs = 30_000;

const listTools = async (session: McpSession, signal: AbortSignal): Promise<Result<SessionTools, StartFailure>> => {
  try {
    const reply = await untilStopped(session.client.listTools({}, { timeout: listTimeoutMs }), [signal]);
    const tools = reply === 'stopped' ? undefined : readSessionTools(reply.value);
    return tools === undefined ? err(listFailure('its list of tools has an unknown form')) : ok(tools);
  } catch (cause) {
    return err({ ...listFailure(session.lastWords() || reasonOf(cause)), cause });
  }
};

// A client that cannot even be closed has nothing left to end; closing a layer never fails.
const end = async (session: McpSession): Promise<void> => {
  try {
    await session.close();
  } catch {
    return;
  }
};

const reasonOf = (cause: unknown): string => redact(String(cause)).slice(0, 200);
