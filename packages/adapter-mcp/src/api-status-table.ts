import { rateLimited, type ToolErrorMeaning } from './tool-error-table.js';

const proven = { effect: 'none', mayHaveBegun: true, fault: 'management-api' } as const;
const tryLater = 'Try again later; if it stays so, look at the status of the project and of the platform.';

/** What a status of the Management API means when neither a database nor a known sentence says more. */
const byStatus: Readonly<Record<number, ToolErrorMeaning>> = {
  402: {
    ...proven,
    kind: 'unavailable',
    message: 'The Management API wants the plan to be paid for first.',
    hint: 'Look at the plan and the spending limit of the organisation.',
    code: 'http-402',
  },
  403: {
    ...proven,
    kind: 'unauthorized',
    message: 'The access token has no right to this project or operation.',
    hint: 'Check the project reference and the rights of the token.',
    code: 'forbidden',
  },
  404: {
    ...proven,
    kind: 'unavailable',
    message: 'The Management API knows nothing at this address.',
    hint: 'Check the address of the API and the project reference.',
    code: 'http-404',
  },
  // It may be in conflict with what this very request began.
  409: {
    kind: 'conflict',
    effect: 'unknown',
    message: 'The Management API says that the request conflicts with how things stand.',
    hint: 'Look how the project stands, and wait for other work on it to end.',
    code: 'http-409',
  },
  413: {
    ...proven,
    kind: 'unsupported',
    message: 'The request is larger than the Management API takes.',
    hint: 'Send less at a time, or let a layer with bound parameters serve it.',
    code: 'http-413',
  },
  422: {
    kind: 'invalid-request',
    effect: 'unknown',
    message: 'The Management API cannot do what was asked for.',
    hint: 'The cause of this error holds what it said.',
    code: 'http-422',
  },
  429: { ...rateLimited, mayHaveBegun: true },
};

/** From 500 on every doubt stays, as of any other status that is not listed: what failed may have been the answer alone. */
export const statusMeaning = (status: number): ToolErrorMeaning =>
  byStatus[status] ?? {
    kind: 'unavailable',
    effect: 'unknown',
    message: `The Management API, or what stands before it, failed with status ${status}.`,
    hint: tryLater,
    code: `http-${status}`,
    fault: 'management-api',
  };
