/** What went wrong with one HTTP request, in words of ours: it is thrown through the SDK and read on the other side. */
export interface HttpFailure extends Error {
  readonly name: 'McpHttpFailure';
  readonly reason: HttpFailureReason;
  /** Where the server answered. */
  readonly status?: number;
  readonly retryAfterMs?: number;
}

/**
 * - `not-sent`: no connection was made.
 * - `broken`: the connection broke, and the server may have had the request.
 * - `status`: an answer that is no success.
 * - `unreadable`: a success that holds no answer to the request.
 * - `too-large`: an answer over the limit.
 */
export type HttpFailureReason = 'not-sent' | 'broken' | 'status' | 'unreadable' | 'too-large';

/** Makes one. The vendor's own error stays reachable as its cause. */
export const httpFailure = (
  reason: HttpFailureReason,
  more: { readonly status?: number; readonly retryAfterMs?: number; readonly cause?: unknown } = {},
): HttpFailure => {
  const { cause, ...rest } = more;
  const error = new Error(`The request to the MCP server failed: ${reason}.`, { cause });
  return Object.assign(error, { name: 'McpHttpFailure' as const, reason, ...rest });
};
