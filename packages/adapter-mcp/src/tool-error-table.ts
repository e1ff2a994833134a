import type { Effect, ErrorKind, Fate } from '@hybrid-supabase/core';

/** What an error of a tool means. */
export interface ToolErrorMeaning {
  readonly kind: ErrorKind;
  /** `none` only where the request was surely refused before it ran. */
  readonly effect: Effect;
  /** `none` is no proof for {@link branchWork}, which may have begun by then. @default false */
  readonly mayHaveBegun?: true;
  readonly message: string;
  readonly hint: string;
  readonly code?: string;
  readonly fault?: Fate;
  readonly retryAfterMs?: number;
}

/**
 * What an error text of the server means. Where HTTP status and headers do not reach us, the text is all there is; so
 * each rule is a whole sentence, from its first character on: a message may quote what somebody else wrote.
 */
export interface ToolErrorRule extends ToolErrorMeaning {
  /** Tested against `Name: message`. */
  readonly when: RegExp;
  /** The status it comes with; another one, where it is known, makes it another error. */
  readonly status?: number;
  /** Says nothing but that it failed: a status, where it is known, says more. */
  readonly isVague?: true;
}

/** The platform refuses for the rest of a minute and does not say how much of it is left. */
const restOfMinuteMs = 60_000;

const tryLater = 'Try again later; if it stays so, look at the status of the project and of the platform.';

/** The throttle of the API. */
export const rateLimited = {
  kind: 'rate-limited',
  effect: 'none',
  message: 'The Management API takes no more requests for the moment.',
  hint: 'Send fewer than 120 requests a minute; all tokens of one user share the limit.',
  retryAfterMs: restOfMinuteMs,
  fault: 'management-api',
} as const satisfies ToolErrorMeaning;

/** The first rule that matches decides. SQL errors are read before these, by their SQLSTATE. */
export const toolErrorTable: readonly ToolErrorRule[] = [
  {
    when: /^Error: Unauthorized\. Please provide a valid access token to the MCP server /,
    kind: 'unauthorized',
    effect: 'none',
    message: 'The Management API does not accept the access token.',
    hint: 'Give a valid, unexpired access token of an account that owns the project.',
    fault: 'management-api',
  },
  {
    // The server's own sentence for status 403, behind what the API said; and the words of the API's guards.
    when: /^Error: (?:[^\n:']*\. Access to project '[^']*' was denied\. If this project exists, [^\n]*|Forbidden(?: resource)?|Your account does not have the necessary privileges to access this endpoint[^\n]*)$/,
    status: 403,
    kind: 'unauthorized',
    effect: 'none',
    message: 'The access token has no right to this project or operation.',
    hint: 'Check the project reference and the rights of the token.',
    code: 'forbidden',
    fault: 'management-api',
  },
  {
    // The throttle stands before everything else the API does.
    when: /^Error: ThrottlerException: Too Many Requests$/,
    status: 429,
    ...rateLimited,
  },
  {
    when: /^Error: Too Many Requests$/,
    status: 429,
    ...rateLimited,
    mayHaveBegun: true,
  },
  {
    when: /^Error: Project (?:\S+ )?(?:was |could )?not (?:be )?found\.?$/i,
    status: 404,
    kind: 'unavailable',
    effect: 'none',
    mayHaveBegun: true,
    message: 'The Management API knows no such project.',
    hint: 'Check the project reference, and that the project was not removed.',
    code: 'project-not-found',
    fault: 'management-api',
  },
  {
    when: /^Error: Branch (?:\S+ )?(?:was |could )?not (?:be )?found\.?$/i,
    status: 404,
    kind: 'not-found',
    effect: 'none',
    message: 'The project has no such branch.',
    hint: 'Look at `branches.list`.',
    code: 'branch-not-found',
  },
  {
    when: /^Error: No client-safe API keys/,
    kind: 'not-found',
    effect: 'none',
    message: 'The project has no key that clients may hold.',
    hint: 'Make a publishable key in the settings of the project.',
    code: 'no-publishable-key',
  },
  {
    when: /^Error: Cost confirmation ID does not match the expected cost |^ZodError: [^]*User must confirm understanding of costs/,
    kind: 'unsupported',
    effect: 'none',
    message: 'The price of a branch is no longer the one that was agreed to; nothing was made.',
    hint: 'Use a session for every project with the feature account, which asks for the price, or a newer version.',
    code: 'cost-changed',
  },
  {
    when: /^Error: (?:Invalid iso_timestamp_|iso_timestamp_start must|The log window)/,
    kind: 'invalid-request',
    effect: 'none',
    message: 'The span of time of the logs is not one that the server takes.',
    hint: 'Ask for a day or less, `from` before `to`, in ISO 8601 with an offset.',
    code: 'log-window',
  },
  {
    when: /^Error: tool not found$/,
    kind: 'unsupported',
    effect: 'none',
    message: 'The MCP server does not offer this tool.',
    hint: 'Start the server with the features that `stdio` asks for by default.',
    code: 'tool-not-found',
  },
  {
    // Said by the server before it sends anything; a database that has become read-only answers with a SQLSTATE.
    when: /^Error: Cannot (?:apply migration|update storage config|(?:create|delete|merge|reset|rebase) a branch) in read-only mode\.$/,
    kind: 'denied',
    effect: 'none',
    message: 'The session of the MCP server is read-only.',
    hint: 'Start the server without --read-only to write.',
    code: 'read-only',
  },
  {
    when: /^ZodError: /,
    kind: 'unexpected',
    // Version 0.13 checks only arguments so; a later one may check answers too, hence no proof.
    effect: 'unknown',
    message: 'The MCP server refused the arguments of the tool.',
    hint: 'This is a defect, or the server is of another version than 0.13; please report it.',
    code: 'bad-arguments',
  },
  {
    // The proof is put there by server-preload.ts.
    when: /^TypeError: fetch failed: not sent$/,
    kind: 'unavailable',
    effect: 'none',
    message: 'The MCP server cannot reach the Management API.',
    hint: 'Check the network and the address of the API.',
    code: 'unreachable',
    fault: 'management-api',
  },
  {
    when: /^TypeError: fetch failed$/,
    kind: 'interrupted',
    effect: 'unknown',
    message: 'The MCP server lost its connection to the Management API.',
    hint: tryLater,
    code: 'fetch-failed',
    fault: 'management-api',
  },
  {
    when: /^TypeError: terminated$/,
    kind: 'interrupted',
    effect: 'unknown',
    message: 'The reply of the Management API broke off.',
    hint: tryLater,
    code: 'terminated',
    fault: 'management-api',
  },
  {
    when: /^SyntaxError: /,
    kind: 'invalid-reply',
    effect: 'unknown',
    message: 'The Management API answered something that is not JSON.',
    hint: tryLater,
    code: 'not-json',
    fault: 'management-api',
  },
  {
    when: /RESULT_SIZE_EXCEEDED/,
    kind: 'invalid-reply',
    effect: 'unknown',
    message: 'The result is larger than the Management API passes on.',
    hint: 'Ask for fewer rows or columns at a time.',
    code: 'result-too-large',
  },
  {
    when: /^Error: (?:Failed to|Connection terminated)/,
    kind: 'unavailable',
    effect: 'unknown',
    isVague: true,
    message: 'The Management API failed and did not say why.',
    hint: tryLater,
    fault: 'management-api',
  },
];

/** For every text the table does not know: an answer, but of unknown meaning, so every doubt stays. */
export const unknownToolError: ToolErrorMeaning = {
  kind: 'unavailable',
  effect: 'unknown',
  message: 'The MCP server reported an error that this version does not know.',
  hint: 'The cause of this error holds what the server said; please report it.',
  code: 'unknown-tool-error',
};
