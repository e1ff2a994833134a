import type { ErrorAnswer, Failure } from './failure.js';

const unauthorized: Failure = {
  kind: 'unauthorized',
  effect: 'none',
  message: 'The API key was not accepted.',
  hint: 'Check the key: it must belong to this project and must not have been revoked.',
};
const noRoute: Failure = {
  kind: 'unsupported',
  effect: 'none',
  message: 'The project has no such route.',
  hint: 'Check the project URL and that the Data API and Storage are enabled.',
};
const late: Failure = {
  kind: 'timed-out',
  effect: 'unknown',
  message: 'The gateway gave up waiting for the project.',
  hint: 'Look whether the work was done before doing it again; give a key to have it settled.',
};
const down: Failure = {
  kind: 'unavailable',
  effect: 'unknown',
  message: 'The gateway of the project could not serve the request.',
  hint: 'Wait and look at the status of the project; look whether the work was done before doing it again.',
};

/**
 * What the gateway's statuses mean where no API gave a code. A refusal (401, 403, 404, 413, 429, 501) is made before
 * anything is passed on, or for a body that was cut off; a 408 or 5xx never proves that nothing happened.
 */
const gateway: Readonly<Record<number, Failure>> = {
  401: unauthorized,
  403: { ...unauthorized, message: 'The gateway of the project refused the request.' },
  404: noRoute,
  408: late,
  413: {
    kind: 'invalid-request',
    effect: 'none',
    message: 'The request is larger than the gateway takes.',
    hint: 'Send less in one request.',
  },
  429: {
    kind: 'rate-limited',
    effect: 'none',
    message: 'The project asks for fewer requests.',
    hint: 'Wait, then go on with fewer requests at a time.',
  },
  499: { ...late, kind: 'interrupted', message: 'The project saw the connection end early.' },
  501: noRoute,
  504: late,
  524: late,
  544: { ...late, message: 'The database did not answer the project in time.', fault: 'postgres' },
};

/** What an answer means by its status, for answers whose code nobody knows. */
export const statusFailureOf = ({ status = 0, retryAfterMs }: ErrorAnswer): Failure => {
  const known = gateway[status] ?? (status >= 500 ? down : other);
  return retryAfterMs === undefined ? known : { ...known, retryAfterMs };
};

const other: Failure = {
  kind: 'failed',
  effect: 'unknown',
  message: 'The project refused the request for a reason this layer does not know.',
  hint: 'The cause holds what the project said.',
};
