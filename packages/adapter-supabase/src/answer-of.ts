import type { ErrorAnswer } from './failure.js';
import { jsonOf, membersOf, numberOf, textOf, type Members } from './read-value.js';
import { retryAfterOf } from './retry-after.js';
import type { Exchange } from './wire.js';

/** What the wire saw, or, for a client that has its own wire, what it reports. */
export const answerOf = (exchange: Exchange, vendorError: unknown, nowMs: number): ErrorAnswer => {
  if (exchange.status === undefined) return answerOfMembers(membersOf(vendorError) ?? {});
  const retryAfterMs = retryAfterOf(exchange.headers, nowMs);
  return {
    ...answerOfMembers(membersOf(jsonOf(exchange.body)) ?? {}),
    status: exchange.status,
    ...(retryAfterMs !== undefined && { retryAfterMs }),
  };
};

const answerOfMembers = (members: Members): ErrorAnswer => {
  const status = numberOf(members['status']);
  const bodyStatus = numberOf(members['statusCode']);
  return {
    ...(status !== undefined && { status }),
    ...(bodyStatus !== undefined && { bodyStatus }),
    ...named('code', members['code']),
    ...named('label', members['error']),
    ...named('hint', members['hint']),
    message: textOf(members['message']) ?? '',
  };
};

const named = <N extends 'code' | 'label' | 'hint'>(name: N, value: unknown): { [K in N]?: string } => {
  const text = textOf(value);
  const found: { [K in N]?: string } = {};
  if (text !== undefined && text !== '') Object.assign(found, { [name]: text });
  return found;
};
