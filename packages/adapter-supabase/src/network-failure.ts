import type { Effect, ErrorKind } from '@hybrid-supabase/core';
import { membersOf, textOf } from './read-value.js';

/** What a request that got no whole answer means. */
export interface NetworkFailure {
  readonly kind: ErrorKind;
  readonly effect: Effect;
  readonly message: string;
  readonly hint: string;
  readonly code?: string;
}

type Meaning = Omit<NetworkFailure, 'code'>;

const unreachable: Meaning = {
  kind: 'unavailable',
  effect: 'none',
  message: 'No connection to the project could be made.',
  hint: 'Check the project URL and the network; a paused project refuses connections too.',
};
const untrusted: Meaning = {
  kind: 'unavailable',
  effect: 'none',
  message: 'The TLS certificate of the project was not accepted.',
  hint: 'Check the project URL, the clock of this machine and the certificate authorities it trusts.',
};
const lost: Meaning = {
  kind: 'interrupted',
  effect: 'unknown',
  message: 'The connection broke before the whole answer was there.',
  hint: 'Look whether the work was done before doing it again; give a key to have it settled.',
};
const late: Meaning = {
  kind: 'timed-out',
  effect: 'unknown',
  message: 'The project took the request and did not answer in time.',
  hint: 'Look whether the work was done before doing it again; give a key to have it settled.',
};

/**
 * Codes of Node and of its `fetch`; a failed `connect` or name lookup says so by itself and needs no row. An
 * unreachable host has none either: the way may get lost under a connection that stands.
 */
const meanings: Readonly<Record<string, Meaning>> = {
  ECONNREFUSED: unreachable,
  ENOTFOUND: unreachable,
  EAI_AGAIN: unreachable,
  UND_ERR_CONNECT_TIMEOUT: unreachable,
  CERT_HAS_EXPIRED: untrusted,
  DEPTH_ZERO_SELF_SIGNED_CERT: untrusted,
  SELF_SIGNED_CERT_IN_CHAIN: untrusted,
  UNABLE_TO_VERIFY_LEAF_SIGNATURE: untrusted,
  UNABLE_TO_GET_ISSUER_CERT_LOCALLY: untrusted,
  ERR_TLS_CERT_ALTNAME_INVALID: untrusted,
  ECONNRESET: lost,
  EPIPE: lost,
  UND_ERR_SOCKET: lost,
  ETIMEDOUT: late,
  UND_ERR_HEADERS_TIMEOUT: late,
  UND_ERR_BODY_TIMEOUT: late,
};

/**
 * What a thrown network failure means; anything unknown counts as a broken connection, because it may have been sent,
 * unless the connection itself proves that nothing left.
 */
export const networkFailureOf = (failure: unknown, isUnsent = false): NetworkFailure => {
  const cause = rootOf(failure);
  const code = textOf(cause?.['code']);
  const known = neverConnected(cause) ? unreachable : ((code === undefined ? undefined : meanings[code]) ?? lost);
  const meaning = isUnsent && known.effect !== 'none' ? unreachable : known;
  return code === undefined ? meaning : { ...meaning, code };
};

/** `fetch` hides the real failure in `cause`; several addresses tried in a row hide it in `errors`. */
const rootOf = (failure: unknown): ReturnType<typeof membersOf> => {
  let members = membersOf(failure);
  for (let depth = 0; depth < 5; depth += 1) {
    const inner = membersOf(members?.['cause']);
    if (inner === undefined) return members;
    members = inner;
  }
  return members;
};

const neverConnected = (cause: ReturnType<typeof membersOf>): boolean => {
  const tried = cause?.['errors'];
  if (Array.isArray(tried) && tried.length > 0) return tried.every((each) => neverConnected(membersOf(each)));
  return cause?.['syscall'] === 'connect' || cause?.['syscall'] === 'getaddrinfo';
};
