import { layerError, type LayerError } from '@hybrid-supabase/core';
import type { ToolRequest } from './mcp-client.js';

/** The server ends its session, with everybody's calls, on a request line over 10 MiB; the rest is for the JSON-RPC frame. */
const largestRequestBytes = 10 * 1024 * 1024 - 4096;

/** Whether the request would end the session. Text that is short cannot, so it is not measured. */
export const isTooLarge = (request: ToolRequest): boolean => {
  const characters = Object.values(request.arguments).reduce<number>((sum, value) => sum + String(value).length, 0);
  // One character becomes six bytes at most: \u0000.
  if (characters * 6 < largestRequestBytes) return false;
  return Buffer.byteLength(JSON.stringify(request)) > largestRequestBytes;
};

/** The refusal of such a request. */
export const tooLargeError = (layer: string): LayerError =>
  layerError({
    kind: 'unsupported',
    layer,
    effect: 'none',
    code: 'request-too-large',
    message: 'The request is larger than the MCP server takes (10 MiB); nothing was sent.',
    hint: 'Send less at a time, or let a layer with bound parameters serve it.',
  });
