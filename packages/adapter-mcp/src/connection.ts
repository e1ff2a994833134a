import { setMaxListeners } from 'node:events';
import { layerError, type Call, type LayerError, type LayerResult } from '@hybrid-supabase/core';
import { err, ok, type Result } from 'neverthrow';
import type { McpConnector, McpSession, StartFailure } from './mcp-session.js';
import { readSessionTools, type SessionTools } from './session-tools.js';
import { redact } from './redact.js';
import { stopped } from './stopped.js';
import { untilStopped } from './until-stopped.js';

/** A session that can be asked, and what it can do. */
export interface ReadySession {
  readonly session: McpSession;
  readonly tools: SessionTools;
}

/** One session at a time, shared by all calls, opened when first needed and again after its death. */
export interface Connection {
  /** A live session. Whatever fails here fails before anything was sent. */
  session(call: Call): LayerResult<ReadySession>;
  /** Fires when the connection is closed. */
  readonly closed: AbortSignal;
  /** Ends the session and every start in progress. Safe to call twice. */
  close(): Promise<void>;
}

interface ConnectionOptions {
  readonly layer: string;
  readonly connector: McpConnector;
  readonly readOnly: boolean;
}

type Opened = Result<ReadySession, LayerError>;
interface Shared {
  readonly opening: Promise<Opened>;
  readonly again: boolean;
  ready?: ReadySession;
}

/** Connects lazily: creating it starts nothing. */
export const createConnection = ({ layer, connector, readOnly }: ConnectionOptions): Connection => {
  const closing = new AbortController();
  // Every call in flight listens, and there may be thousands.
  setMaxListeners(0, closing.signal);
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
    const opened = await connector.open(closing.signal);
    if (opened.isErr()) return err(unavailable(layer, opened.error));
    const ready = await inspect(opened.value);
    if (ready.isErr() || closing.signal.aborted) await end(opened.value);
    return closing.signal.aborted ? err(closedError(layer)) : ready;
  };

  const inspect = async (session: McpSession): Promise<Opened> => {
    const tools = await listTools(session, closing.signal);
    if (tools.isErr()) return err(unavailable(layer, tools.error));
    if (readOnly && !tools.value.readOnly) return err(writableError(layer));
    return ok({ session, tools: tools.value });
  };

  return {
    closed: closing.signal,
    async session(call) {
      if (closing.signal.aborted) return err(closedError(layer));
      if (call.signal.aborted) return err(stopped(layer, call, 'none'));
      if (shared?.ready?.session.isAlive() === true) return ok(shared.ready);
      if (shared === undefined || shared.ready !== undefined) shared = start(shared !== undefined);
      if (shared.again) call.note('The MCP server had ended; a new one was started before anything was sent.');
      const waited = await untilStopped(shared.opening, [call.signal]);
      return waited === 'stopped' ? err(stopped(layer, call, 'none')) : waited.value;
    },
    async close() {
      closing.abort();
      const opened = await shared?.opening;
      if (opened?.isOk()) await end(opened.value.session);
    },
  };
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

const listFailure = (reason: string): StartFailure => ({
  message: `The MCP server could not say which tools it has: ${reason}`,
  hint: 'Leave the docs feature out, and check that the server is an official one of version 0.13 or later.',
});

const unavailable = (layer: string, { message, hint, cause }: StartFailure): LayerError =>
  layerError({ kind: 'unavailable', layer, effect: 'none', message, hint, cause });

const closedError = (layer: string): LayerError =>
  layerError({
    kind: 'unavailable',
    layer,
    effect: 'none',
    message: 'The layer has been closed.',
    hint: 'Create a new layer.',
  });

const writableError = (layer: string): LayerError =>
  layerError({
    kind: 'unavailable',
    layer,
    effect: 'none',
    code: 'not-read-only',
    message: 'The session should be read-only, but the MCP server offers one that can write; nothing was sent.',
    hint: 'Start the server with --read-only (with `stdio`: readOnly: true), and look for a mistyped parameter.',
  });
