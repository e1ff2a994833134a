import { runnable } from './request-text.js';
import type { SqlRequest } from './sql-request.js';

/** The arguments of the installed function `public.hybrid_run`, as JSON; its answer is one text. */
export interface RequestArguments {
  readonly request: { readonly kind: SqlRequest['kind']; readonly [member: string]: unknown };
}

/** The same request for a layer that calls functions. No time limit is in it: a function cannot set one for its own statement. */
export function requestArguments(request: SqlRequest): RequestArguments {
  if (request.kind === 'run') {
    const { kind, key, digest, attemptId } = request;
    return { request: { kind, key, digest, attempt: attemptId, statements: runnable(request) } };
  }
  if (request.kind === 'settle') {
    const { kind, key, digest, attemptIds } = request;
    return { request: { kind, key, digest, attempts: attemptIds } };
  }
  return { request: { kind: request.kind, statements: runnable(request) } };
}
