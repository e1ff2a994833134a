import { retryAfterMsOf } from './retry-after.js';

/** What an error text says, and the status that our preload put into it. */
export interface MarkedText {
  readonly text: string;
  /** Of the Management API's answer; nothing where there was no answer, or no preload. */
  readonly status?: number;
  readonly retryAfterMs?: number;
}

/** Takes the mark out of a message; without a mark to look for, everything in it is what somebody said. */
export const readMarkedStatus = (message: string, mark: string | undefined): MarkedText => {
  if (mark === undefined) return { text: message };
  const [found, status, wait] = new RegExp(`\\n\\[${mark} (\\d{3}) ([^\\]\\n]*)\\]`).exec(message) ?? [];
  if (found === undefined) return { text: message };
  const retryAfterMs = retryAfterMsOf(wait);
  return {
    text: message.replace(found, ''),
    status: Number(status),
    ...(retryAfterMs === undefined ? {} : { retryAfterMs }),
  };
};
