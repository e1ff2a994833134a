import { layerError, type Effect, type ErrorKind, type LayerError } from '@hybrid-supabase/core';
import { z } from 'zod';
import type { HttpFailureReason } from './http-failure.js';

interface Meaning {
  readonly kind: ErrorKind;
  readonly effect: Effect;
  readonly message: string;
  readonly hint: string;
}

const tryLater = 'Try again later; if it stays so, look at the status of the platform.';

const byReason: Readonly<Record<Exclude<HttpFailureReason, 'status'>, Meaning>> = {
  'not-sent': {
    kind: 'unavailable',
    effect: 'none',
    message: 'The MCP server cannot be reached; nothing was sent.',
    hint: 'Check the network and the address of the server.',
  },
  broken: {
    kind: 'interrupted',
    effect: 'unknown',
    message: 'The connection to the MCP server broke before its answer was complete.',
    hint: tryLater,
  },
  unreadable: {
    kind: 'invalid-reply',
    effect: 'unknown',
    message: 'The MCP server answered something that holds no answer.',
    hint: 'Check that the address is that of an official server of version 0.13 or later.',
  },
  'too-large': {
    kind: 'invalid-reply',
    effect: 'unknown',
    message: 'The answer of the MCP server is larger than `maxReplyBytes` allows.',
    hint: 'Ask for fewer rows or columns at a time, or raise `maxReplyBytes`.',
  },
};

const unauthorized: Meaning = {
  kind: 'unauthorized',
  effect: 'none',
  message: 'The MCP server does not accept the access token.',
  hint: 'Give a valid, unexpired access token of an account that owns the project.',
};
const refused: Meaning = {
  kind: 'unavailable',
  effect: 'none',
  message: 'The MCP server does not take the request.',
  hint: 'Check the address, the project reference and the features.',
};
const failed: Meaning = {
  kind: 'unavailable',
  effect: 'unknown',
  message: 'The MCP server, or what stands before it, failed.',
  hint: tryLater,
};

/** Statuses that prove something; every other one from 500 on leaves all doubts. */
const byStatus: Readonly<Record<number, Meaning>> = {
  400: refused,
  401: unauthorized,
  403: { ...unauthorized, message: 'The access token has no right to this project.' },
  404: refused,
  405: refused,
  406: refused,
  413: {
    kind: 'unsupported',
    effect: 'none',
    message: 'The request is larger than the MCP server takes.',
    hint: 'Send less at a time, or let a layer with bound parameters serve it.',
  },
  415: refused,
  429: {
    kind: 'rate-limited',
    effect: 'none',
    message: 'The MCP server takes no more requests for the moment.',
    hint: 'Send fewer requests a minute; all tokens of one user share the limit.',
  },
};

const minuteMs = 60_000;
const shape = z.object({
  name: z.literal('McpHttpFailure'),
  reason: z.enum(['not-sent', 'broken', 'status', 'unreadable', 'too-large']),
  status: z.number().optional(),
  retryAfterMs: z.number().optional(),
});

/** Reads a failure of our own HTTP wire; nothing when it is another kind of error. */
export const httpError = (layer: string, cause: unknown): LayerError | undefined => {
  const known = shape.safeParse(cause);
  if (!known.success) return undefined;
  const { reason, status, retryAfterMs } = known.data;
  const meaning = reason === 'status' ? (byStatus[status ?? 0] ?? failed) : byReason[reason];
  const waitMs = meaning.kind === 'rate-limited' ? (retryAfterMs ?? minuteMs) : retryAfterMs;
  return layerError({
    ...meaning,
    layer,
    cause,
    ...(status === undefined ? {} : { code: `http-${status}` }),
    ...(waitMs === undefined ? {} : { retryAfterMs: waitMs }),
  });
};
