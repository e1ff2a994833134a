import type { Report, RoutingEvent } from './events.js';

/** Names and values of OpenTelemetry attributes, as far as they are used. */
export type TelemetryAttributes = Record<string, string | number>;

/** What of OpenTelemetry's `Span` is used. */
export interface TelemetrySpan {
  addEvent(name: string, attributes: TelemetryAttributes, atMs: number): unknown;
  setStatus(status: { code: number }): unknown;
  end(atMs: number): void;
}

/** What of OpenTelemetry's `Tracer` is used. */
export interface TelemetryTracer {
  startSpan(name: string, options: { kind: number; startTime: number; attributes: TelemetryAttributes }): TelemetrySpan;
}

/** What of OpenTelemetry's `Meter` is used. */
export interface TelemetryMeter {
  createHistogram(
    name: string,
    options: MetricOptions,
  ): { record(value: number, attributes: TelemetryAttributes): void };
  createCounter(name: string, options: MetricOptions): { add(value: number, attributes: TelemetryAttributes): void };
}

interface MetricOptions {
  description: string;
  unit: string;
  advice?: { explicitBucketBoundaries: number[] };
}

/** Where to, and with which clock. `trace.getTracer('…')` and `metrics.getMeter('…')` of `@opentelemetry/api` fit. */
export interface TelemetryOptions {
  readonly tracer: TelemetryTracer;
  readonly meter: TelemetryMeter;
  /** How attempts of a layer are measured besides, by the layer's name. @default mcp as the MCP conventions want it */
  readonly conventions?: { readonly [layer: string]: AttemptConvention };
  /** Milliseconds since 1970. @default Date.now */
  readonly unixMs?: () => number;
}

/** A semantic convention for the attempts of one layer. */
export interface AttemptConvention {
  readonly metric: string;
  readonly attributes: TelemetryAttributes;
}

/** The MCP conventions are in development and have moved once, so their names are kept here and not imported. */
export const mcpConvention: AttemptConvention = {
  metric: 'mcp.client.operation.duration',
  attributes: { 'mcp.method.name': 'tools/call', 'gen_ai.operation.name': 'execute_tool' },
};

/** The buckets that the database conventions ask for, seconds. */
const secondsBuckets = [0.001, 0.005, 0.01, 0.05, 0.1, 0.5, 1, 5, 10];
const seconds = (description: string): MetricOptions => ({
  description,
  unit: 's',
  advice: { explicitBucketBoundaries: secondsBuckets },
});
const clientKind = 2;
const errorStatus = 2;
/** Calls whose attempts are remembered for their span; beyond it a span has no events. */
const mostOpenCalls = 10_000;

interface Happening {
  readonly name: string;
  readonly attributes: TelemetryAttributes;
  readonly atMs: number;
}

/**
 * A report that leaves one span and one `db.client.operation.duration` for each call, and one duration for each
 * attempt. The span begins in the context the call was made in. Never holds an input, an output or a message.
 */
export function telemetryTo({
  tracer,
  meter,
  conventions = { mcp: mcpConvention },
  unixMs = Date.now,
}: TelemetryOptions): Report {
  const calls = meter.createHistogram('db.client.operation.duration', seconds('Duration of calls through the door.'));
  const attempts = meter.createHistogram('hybrid.attempt.duration', seconds('Duration of attempts on one layer.'));
  const skips = meter.createCounter('hybrid.layer.skipped', { description: 'Layers passed over.', unit: '{layer}' });
  const changes = meter.createCounter('hybrid.breaker.changed', {
    description: 'Changes of breakers.',
    unit: '{change}',
  });
  const named = Object.fromEntries(
    Object.entries(conventions).map(([layer, { metric, attributes }]) => [
      layer,
      { attributes, histogram: meter.createHistogram(metric, seconds('Duration of attempts on one layer.')) },
    ]),
  );
  const open = new Map<number, Happening[]>();

  const remember = (call: number, name: string, attributes: TelemetryAttributes): void => {
    const happened = open.get(call);
    if (happened) happened.push({ name, attributes, atMs: unixMs() });
    else if (open.size < mostOpenCalls) open.set(call, [{ name, attributes, atMs: unixMs() }]);
  };

  const end = (event: Extract<RoutingEvent, { readonly type: 'call-ended' }>): void => {
    const endMs = unixMs();
    const attributes = attributesOf(event);
    calls.record(event.ms / 1_000, attributes);
    const span = tracer.startSpan(event.operation, { kind: clientKind, startTime: endMs - event.ms, attributes });
    for (const { name, attributes: own, atMs } of open.get(event.call) ?? []) span.addEvent(name, own, atMs);
    open.delete(event.call);
    if (event.kind) span.setStatus({ code: errorStatus });
    span.end(endMs);
  };

  return (event) => {
    if (event.type === 'attempt-ended') {
      const attributes = attributesOf(event);
      attempts.record(event.ms / 1_000, attributes);
      const own = named[event.layer];
      own?.histogram.record(event.ms / 1_000, { ...own.attributes, ...attributes });
      remember(event.call, event.kind ? 'attempt failed' : 'attempt served', {
        ...attributes,
        'hybrid.attempt': event.attempt,
      });
    } else if (event.type === 'layer-skipped') {
      const attributes = { 'hybrid.layer': event.layer, 'hybrid.skip.reason': event.reason };
      skips.add(1, attributes);
      remember(event.call, 'layer skipped', attributes);
    } else if (event.type === 'breaker-changed') {
      changes.add(1, { 'hybrid.layer': event.layer, 'hybrid.breaker.state': event.to });
    } else if (event.type === 'call-ended') end(event);
  };
}

const attributesOf = ({
  operation,
  layer,
  kind,
}: {
  readonly operation: string;
  readonly layer?: string;
  readonly kind?: string;
}): TelemetryAttributes => ({
  'db.system.name': 'supabase',
  'db.operation.name': operation,
  ...(layer !== undefined && { 'hybrid.layer': layer }),
  ...(kind !== undefined && { 'error.type': kind }),
});
