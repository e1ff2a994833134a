import { layerError, type Call, type LayerError, type LayerResult } from '@hybrid-supabase/core';
import { err, ok, type Result } from 'neverthrow';
import type { Connection, ReadySession } from './connection.js';
import type { ToolRequest } from './mcp-client.js';
import { readReply, readRows, type Reply } from './read-reply.js';
import { isTooLarge, tooLargeError } from './request-size.js';
import { stopped } from './stopped.js';
import { thrownError } from './thrown-error.js';
import { toolError } from './tool-error.js';
import { untilStopped } from './until-stopped.js';

/** The arguments of a tool, without the project: that is added where the session wants it. */
export type ToolArguments = Readonly<Record<string, string>>;

/** Calls tools and reads their answers. */
export interface ToolCaller {
  /** The value a tool answered. */
  call(tool: string, args: ToolArguments, call: Call): LayerResult<unknown>;
  /** The rows `execute_sql` answered, out of the wrapper for untrusted data. */
  rows(query: string, call: Call): LayerResult<unknown>;
}

interface ToolCallerOptions {
  readonly layer: string;
  readonly connection: Connection;
  readonly projectRef: string;
}

/** One request for each call; nothing is ever sent again. */
export const createToolCaller = ({ layer, connection, projectRef }: ToolCallerOptions): ToolCaller => {
  const refusal = (tool: string, { tools }: ReadySession, request: ToolRequest, call: Call): LayerError | undefined => {
    if (call.signal.aborted) return stopped(layer, call, 'none');
    if (!tools.has(tool)) return missingTool(layer, tool);
    return isTooLarge(request) ? tooLargeError(layer) : undefined;
  };

  const requestFor = (tool: string, args: ToolArguments, { tools }: ReadySession, call: Call): ToolRequest => ({
    name: tool,
    arguments: tools.wantsProjectId ? { project_id: projectRef, ...args } : args,
    ...(call.traceparent === undefined ? {} : { _meta: { traceparent: call.traceparent } }),
  });

  const send = async (tool: string, args: ToolArguments, call: Call): LayerResult<unknown> => {
    const opened = await connection.session(call);
    if (opened.isErr()) return err(opened.error);
    const request = requestFor(tool, args, opened.value, call);
    const refused = refusal(tool, opened.value, request, call);
    if (refused !== undefined) return err(refused);
    return exchange(opened.value, request, call);
  };

  const exchange = async ({ session }: ReadySession, request: ToolRequest, call: Call): LayerResult<unknown> => {
    const own = new AbortController();
    try {
      const options = { signal: own.signal, timeout: clientTimeoutMs(call) };
      const replied = session.client.callTool(request, undefined, options);
      const waited = await untilStopped(replied, [call.signal, connection.closed]);
      if (waited !== 'stopped') return ok(waited.value);
      // Tells the server, which then sends no late answer; the SQL itself runs on.
      own.abort(call.signal.reason);
      return err(call.signal.aborted ? stopped(layer, call, 'unknown') : closedInFlight(layer));
    } catch (cause) {
      return err(thrownError(layer, cause, session.lastWords()));
    }
  };

  const valueOf = (reply: Reply, cause: unknown): Result<unknown, LayerError> => {
    if (reply.is === 'value') return ok(reply.value);
    return err(reply.is === 'error' ? toolError(layer, { ...reply, cause }) : unreadableReply(layer, reply.why, cause));
  };

  const call: ToolCaller['call'] = async (tool, args, attempt) =>
    (await send(tool, args, attempt)).andThen((reply) => valueOf(readReply(reply), reply));

  return {
    call,
    rows: async (query, attempt) =>
      (await call('execute_sql', { query }, attempt)).andThen((value) => valueOf(readRows(value), value)),
  };
};

const largestTimerMs = 2 ** 31 - 1;

// A second more than the call has: the deadline is the caller's business, the SDK's own limit of 60 s must not come first.
const clientTimeoutMs = (call: Call): number =>
  Math.min(largestTimerMs, Math.max(1_000, Math.ceil(call.deadlineMs - performance.now()) + 1_000));

const missingTool = (layer: string, tool: string): LayerError =>
  layerError({
    kind: 'unsupported',
    layer,
    effect: 'none',
    code: 'tool-not-found',
    message: `The session of the MCP server has no tool ${tool}; nothing was sent.`,
    hint: 'Start the server with the features database and storage, and without --read-only to write.',
  });

const closedInFlight = (layer: string): LayerError =>
  layerError({
    kind: 'interrupted',
    layer,
    effect: 'unknown',
    message: 'The layer was closed while the call was in flight.',
    hint: 'Wait for calls to end before closing the layer.',
  });

/** The error for an answer that arrived and cannot be read. */
export const unreadableReply = (layer: string, why: string, cause: unknown): LayerError =>
  layerError({
    kind: 'invalid-reply',
    layer,
    effect: 'unknown',
    message: `The reply of the MCP server cannot be read: ${why}.`,
    hint: 'Check that the server is an official one of version 0.13 or later.',
    cause,
  });
