import { numberOf } from './read-value.js';

/** How long an answer asks to be left alone: https://www.rfc-editor.org/rfc/rfc9110#field.retry-after, seconds or a date. */
export const retryAfterOf = (headers: Headers | undefined, nowMs: number): number | undefined => {
  const header = headers?.get('retry-after') ?? undefined;
  if (header === undefined) return undefined;
  const seconds = numberOf(header);
  if (seconds !== undefined) return seconds * 1000;
  const time = Date.parse(header);
  return Number.isNaN(time) ? undefined : Math.max(0, time - nowMs);
};
