import type { Call } from '@hybrid-supabase/core';

const traceContext = /^[0-9a-f]{2}-[0-9a-f]{32}-[0-9a-f]{16}-[0-9a-f]{2}$/;

/** The text with the trace context of the caller as a comment, where logs and `pg_stat_activity` show it. Checked, for it comes from outside. */
export const traced = (text: string, { traceparent }: Pick<Call, 'traceparent'>): string =>
  traceparent !== undefined && traceContext.test(traceparent) ? `/*traceparent='${traceparent}'*/ ${text}` : text;
