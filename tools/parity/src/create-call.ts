import { randomUUID } from 'node:crypto';
import type { Call } from '@hybrid-supabase/core';

const timeoutMs = 30_000;

/** A call outside of any router: one attempt with half a minute to go. */
export const createCall = ({ idempotencyKey }: { readonly idempotencyKey?: string }): Call => ({
  signal: AbortSignal.timeout(timeoutMs),
  deadlineMs: performance.now() + timeoutMs,
  attempt: 1,
  attemptId: randomUUID(),
  ...(idempotencyKey === undefined ? {} : { idempotencyKey }),
  progressed: () => undefined,
  note: () => undefined,
});
