import {
  type Call,
  type LayerError,
  layerError,
  type LayerResult,
  stoppedError,
  untilStopped,
} from '@hybrid-supabase/core';
import { err, ok, type Result } from 'neverthrow';
import type { Connection, ReadySession } from './connection.js';
import type { Lanes } from './lanes.js';
import type { ToolRequest } from './mcp-client.js';
import { freeMeter, type Meter } from './meter.js';
import { readReply, readRows, type Reply } from './read-reply.js';
import { isTooLarge, tooLargeError } from './request-size.js';
import type { ToolArguments } from './session-tools.js';
import { thrownError } from './thrown-error.js';
import { toolError } from './tool-error.js';
import type { ToolName } from './tool-table.js';

/** Calls tools and reads their answers. */
export interface ToolCaller {
  /** The project that all calls are about. */
  readonly projectRef: string;
  /** The value a tool answered. */
  call(tool: ToolName, args: ToolArguments, call: Call): LayerResult<unknown>;
  /** What a tool such as `execute_sql` answered, out of its wrapper for untrusted data. */
  unwrapped(tool: ToolName, args: ToolArguments, call: Call): LayerResult<unknown>;
  /** Whether a session has the tool; nothing is called. */
  offers(tool: ToolName, call: Call): LayerResult<boolean>;
}

interface ToolCallerOptions {
  readonly layer: string;
  readonly lanes: Lanes;
  readonly projectRef: string;
  /** @default no limits */
  readonly meter?: Meter;
}

interface Answered {
  readonly reply: unknown;
  readonly statusMark: string | undefined;
}

/** One request for each call; nothing is ever sent again. */
export const createToolCaller = ({ layer, lanes, projectRef, meter = freeMeter }: ToolCallerOptions): ToolCaller => {
  const refusal = (tool: ToolName, { tools }: ReadySession, request: ToolRequest): LayerError | undefined => {
    const obstacle = tools.obstacle(tool);
    if (obstacle !== undefined) return missingTool(layer, obstacle);
    return isTooLarge(request) ? tooLargeError(layer) : undefined;
  };

  const requestFor = (tool: ToolName, args: ToolArguments, { tools }: ReadySession, call: Call): ToolRequest => ({
    name: tool,
    arguments: tools.argumentsFor(tool, args, projectRef),
    ...(call.traceparent === undefined ? {} : { _meta: { traceparent: call.traceparent } }),
  });

  const send = async (tool: ToolName, args: ToolArguments, call: Call): LayerResult<Answered> => {
    if (call.signal.aborted) return err(stoppedError(layer, call, 'none'));
    // Before a turn is taken: whoever waits for the limit of one endpoint must not keep others from theirs.
    const admitted = await meter.admit(tool, call);
    if (admitted.isErr()) return err(admitted.error);
    const turn = await lanes.enter(call);
    if (turn.isErr()) return err(turn.error);
    try {
      return await sendOn(turn.value.connection, tool, args, call);
    } finally {
      turn.value.leave();
    }
  };

  const sendOn = async (
    connection: Connection,
    tool: ToolName,
    args: ToolArguments,
    call: Call,
  ): LayerResult<Answered> => {
    const opened = await connection.session(call);
    if (opened.isErr()) return err(opened.error);
    const request = requestFor(tool, args, opened.value, call);
    const refused = refusal(tool, opened.value, request);
    if (refused !== undefined) return err(refused);
    if (call.signal.aborted) return err(stoppedError(layer, call, 'none'));
    return exchange(opened.value, request, call);
  };

  const exchange = async ({ session }: ReadySession, request: ToolRequest, call: Call): LayerResult<Answered> => {
    const own = new AbortController();
    try {
      const options = { signal: own.signal, timeout: clientTimeoutMs(call) };
      const replied = session.client.callTool(request, undefined, options);
      const waited = await untilStopped(replied, [call.signal, lanes.closed]);
      if (waited !== 'stopped') return ok({ reply: waited.value, statusMark: session.statusMark });
      // Tells the server, which then sends no late answer; the SQL itself runs on.
      own.abort(call.signal.reason);
      if (!call.signal.aborted) return err(closedInFlight(layer));
      const error = stoppedError(layer, call, 'unknown');
      if (error.kind === 'timed-out') void session.checkPulse?.();
      return err(error);
    } catch (cause) {
      return err(thrownError(layer, cause, session.lastWords()));
    }
  };

  const valueOf = (tool: ToolName, read: Reply, { reply, statusMark }: Answered): Result<unknown, LayerError> => {
    if (read.is === 'value') return ok(read.value);
    if (read.is === 'unreadable') return err(unreadableReply(layer, read.why, reply));
    const { name, message } = read;
    return err(toolError(layer, { tool, name, message, statusMark, cause: reply }));
  };

  const call: ToolCaller['call'] = async (tool, args, attempt) => {
    const answered = (await send(tool, args, attempt)).andThen((sent) => valueOf(tool, readReply(sent.reply), sent));
    if (answered.isErr() && answered.error.kind === 'rate-limited' && answered.error.code !== 'metered')
      meter.hold(tool, answered.error.retryAfterMs ?? 0);
    return answered;
  };

  return {
    projectRef,
    call,
    unwrapped: async (tool, args, attempt) =>
      (await call(tool, args, attempt)).andThen((value) => {
        const rows = readRows(value);
        return rows.is === 'value' ? ok(rows.value) : err(unreadableReply(layer, rows.why, value));
      }),
    async offers(tool, attempt) {
      const turn = await lanes.enter(attempt);
      if (turn.isErr()) return err(turn.error);
      const opened = await turn.value.connection.session(attempt);
      turn.value.leave();
      return opened.map(({ tools }) => tools.obstacle(tool) === undefined);
    },
  };
};

const largestTimerMs = 2 ** 31 - 1;

// A second more than the call has: the deadline is the caller's business, the SDK's own limit of 60 s must not come first.
const clientTimeoutMs = (call: Call): number =>
  Math.min(largestTimerMs, Math.max(1_000, Math.ceil(call.deadlineMs - performance.now()) + 1_000));

const missingTool = (layer: string, obstacle: string): LayerError =>
  layerError({
    kind: 'unsupported',
    layer,
    effect: 'none',
    code: 'tool-not-found',
    message: `${obstacle} Nothing was sent.`,
    hint: 'Start an official server of version 0.13 with the features of `stdio`, and without --read-only to write.',
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
