import type { Effect, ErrorKind } from '@hybrid-supabase/core';

/** What an error means that the MCP client threw or rejected with. */
export interface ThrownRule {
  readonly code?: number;
  readonly when?: RegExp;
  readonly kind: ErrorKind;
  readonly effect: Effect;
  readonly message: string;
  readonly hint: string;
}

const again = 'Call again: a new server is started before anything is sent.';

/** The codes are JSON-RPC's and the MCP SDK's (`ErrorCode`); the first rule that matches decides. */
export const thrownErrorTable: readonly ThrownRule[] = [
  {
    code: -32000,
    kind: 'interrupted',
    effect: 'unknown',
    message: 'The MCP server ended while the call was in flight.',
    hint: again,
  },
  {
    code: -32001,
    kind: 'timed-out',
    effect: 'unknown',
    message: 'The MCP server did not answer in time; it may still be working on the call.',
    hint: 'Give the call more time, or look why the Management API is slow.',
  },
  {
    // It listed its tools before. Whoever says so now may be somebody behind it who was asked later.
    code: -32601,
    kind: 'unsupported',
    effect: 'unknown',
    message: 'The MCP server knows no tool calls.',
    hint: 'Connect to an official Supabase MCP server of version 0.13 or later.',
  },
  {
    // Thrown by the SDK itself before it writes; what a server says comes with a code.
    when: /^Not connected$/,
    kind: 'unavailable',
    effect: 'none',
    message: 'The MCP client is not connected; nothing was sent.',
    hint: again,
  },
  {
    when: /^ZodError$/,
    kind: 'invalid-reply',
    effect: 'unknown',
    message: 'The reply of the MCP server has no form that the protocol knows.',
    hint: 'Check that the server is an official one of version 0.13 or later.',
  },
];

/** For everything else that is thrown. */
export const unknownThrown: ThrownRule = {
  kind: 'interrupted',
  effect: 'unknown',
  message: 'The MCP client failed during the call.',
  hint: 'The cause of this error holds what the client threw; call again, and report it if it stays so.',
};
