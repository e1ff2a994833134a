import type { CallOptions } from './call-options.js';

/** What of OpenTelemetry's `Span` says where it belongs; `trace.getActiveSpan()` of `@opentelemetry/api` fits. */
export interface TraceSpan {
  spanContext(): { readonly traceId: string; readonly spanId: string; readonly traceFlags: number };
}

const noTrace = '0'.repeat(32);

/**
 * The call option that lets a request travel in the trace of a span: `hybrid.sql.read(query, inTraceOf(trace.getActiveSpan()))`.
 * Says nothing where there is no span, or one that belongs to no trace.
 */
export function inTraceOf(span: TraceSpan | undefined): Pick<CallOptions, 'traceparent'> {
  if (span === undefined) return {};
  const { traceId, spanId, traceFlags } = span.spanContext();
  if (traceId === noTrace) return {};
  return { traceparent: `00-${traceId}-${spanId}-${(traceFlags & 0xff).toString(16).padStart(2, '0')}` };
}
