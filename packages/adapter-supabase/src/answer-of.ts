import type { ErrorAnswer } from './failure.js';
import { jsonOf, membersOf, numberOf, textOf, type Members } from './read-value.js';
import type { Exchange } from './wire.js';

/** What the wire saw, or, for a client that has its own wire, what it reports. */
export const answerOf = (exchange: Exchange, vendorError: unknown, nowMs: number): ErrorAnswer => {
  if (exchange.status === undefined) return answerOfMembers(membersOf(vendorError) ?? {});
  const retryAfterMs = retryAfterOf(exchange.headers?.get('retry-after') ?? undefined, nowMs);
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

/** https://www.rfc-editor.org/rfc/rfc9110#field.retry-after: seconds or a date. */
const retryAfterOf = (header: string | undefined, nowMs: number): number | undefined => {
  if (header === undefined) return undefined;
  const seconds = numberOf(header);
  if (seconds !== undefined) return seconds * 1000;
  const time = Date.parse(header);
  return Number.isNaN(time) ? undefined : Math.max(0, time - nowMs);
};
