import type { Report, RoutingEvent } from './events.js';

/** Names and values of OpenTelemetry attributes, as far as they are used. */
export type TelemetryAttributes = Record<string, string | number | boolean>;

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
  /** The edges of its histogram, seconds. @default those of the database conventions */
  readonly bucketsSeconds?: readonly number[];
}

/** The MCP conventions are in development and have moved once, so their names are kept here and not imported. */
export const mcpConvention: AttemptConvention = {
  metric: 'mcp.client.operation.duration',
  attributes: { 'mcp.method.name': 'tools/call', 'gen_ai.operation.name': 'execute_tool' },
  bucketsSeconds: [0.01, 0.02, 0.05, 0.1, 0.2, 0.5, 1, 2, 5, 10, 30, 60, 120, 300],
};

/** The buckets that the database conventions ask for, seconds. */
const databaseBuckets = [0.001, 0.005, 0.01, 0.05, 0.1, 0.5, 1, 5, 10];
const seconds = (description: string, buckets: readonly number[] = databaseBuckets): MetricOptions => ({
  description,
  unit: 's',
  advice: { explicitBucketBoundaries: [...buckets] },
});
const clientKind = 2;
const errorStatus = 2;
/** Calls whose attempts are remembered for their span; beyond it a span has no events. */
const mostOpenCalls = 10_000;

type EventOf<T extends RoutingEvent['type']> = Extract<RoutingEvent, { readonly type: T }>;

interface Happening {
  readonly name: string;
  readonly attributes: TelemetryAttributes;
  readonly atMs: number;
}

/** What is known of a call before it ends. */
interface OpenCall {
  readonly happened: Happening[];
  arm?: string;
  sqlState?: string | undefined;
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
  const breakers = meter.createCounter('hybrid.breaker.changed', counted('Changes of breakers.'));
  const rollouts = meter.createCounter('hybrid.rollout.changed', counted('Changes of stage of rollouts.'));
  const shadows = meter.createCounter('hybrid.shadow.compared', {
    description: 'Answers compared with those of another layer.',
    unit: '{answer}',
  });
  const named = Object.fromEntries(
    Object.entries(conventions).map(([layer, { metric, attributes, bucketsSeconds }]) => [
      layer,
      { attributes, histogram: meter.createHistogram(metric, seconds('Duration of attempts.', bucketsSeconds)) },
    ]),
  );
  const open = new Map<number, OpenCall>();

  const openCall = (call: number): OpenCall | undefined => {
    const known = open.get(call);
    if (known || open.size >= mostOpenCalls) return known;
    const fresh: OpenCall = { happened: [] };
    open.set(call, fresh);
    return fresh;
  };
  const remember = (call: number, name: string, attributes: TelemetryAttributes): void =>
    void openCall(call)?.happened.push({ name, attributes, atMs: unixMs() });

  const attemptEnded = (event: EventOf<'attempt-ended'>): void => {
    const attributes = { ...attributesOf(event), ...statusOf(event) };
    attempts.record(event.ms / 1_000, attributes);
    const own = named[event.layer];
    own?.histogram.record(event.ms / 1_000, { ...own.attributes, ...attributes });
    const known = openCall(event.call);
    if (known) known.sqlState = event.sqlState;
    const name = event.kind ? 'attempt failed' : 'attempt served';
    remember(event.call, name, { ...attributes, 'hybrid.attempt': event.attempt });
  };

  const callEnded = (event: EventOf<'call-ended'>): void => {
    const endMs = unixMs();
    const { happened = [], arm, sqlState } = open.get(event.call) ?? {};
    open.delete(event.call);
    const attributes = {
      ...attributesOf(event),
      ...(event.kind && sqlState !== undefined && statusOf({ sqlState })),
      ...(arm !== undefined && { 'hybrid.rollout.arm': arm }),
      ...(event.cached && { 'hybrid.cached': true }),
    };
    calls.record(event.ms / 1_000, attributes);
    const span = tracer.startSpan(event.operation, { kind: clientKind, startTime: endMs - event.ms, attributes });
    for (const { name, attributes: own, atMs } of happened) span.addEvent(name, own, atMs);
    if (event.kind) span.setStatus({ code: errorStatus });
    span.end(endMs);
  };

  const told: { readonly [T in RoutingEvent['type']]?: (event: EventOf<T>) => void } = {
    'attempt-ended': attemptEnded,
    'call-ended': callEnded,
    'layer-skipped': ({ call, layer, reason }) => {
      const attributes = { 'hybrid.layer': layer, 'hybrid.skip.reason': reason };
      skips.add(1, attributes);
      remember(call, 'layer skipped', attributes);
    },
    'breaker-changed': ({ layer, to }) => breakers.add(1, { 'hybrid.layer': layer, 'hybrid.breaker.state': to }),
    'rollout-changed': ({ key, to }) => rollouts.add(1, { 'hybrid.rollout.key': key, 'hybrid.rollout.stage': to }),
    'shadow-compared': ({ operation, layer, against, likeness }) =>
      shadows.add(1, {
        'db.operation.name': operation,
        'hybrid.layer': layer,
        'hybrid.shadow.layer': against,
        'hybrid.shadow.likeness': likeness,
      }),
    'rollout-assigned': (event) => {
      const known = openCall(event.call);
      if (known) known.arm = event.arm;
      remember(event.call, 'rollout assigned', assignmentOf(event));
    },
  };
  return (event) => tell(told, event);
}

function tell<T extends RoutingEvent['type']>(
  told: { readonly [K in RoutingEvent['type']]?: (event: EventOf<K>) => void },
  event: EventOf<T> & { readonly type: T },
): void {
  told[event.type]?.(event);
}

const counted = (description: string): MetricOptions => ({ description, unit: '{change}' });

const statusOf = ({ sqlState }: { readonly sqlState?: string }): TelemetryAttributes =>
  sqlState === undefined ? {} : { 'db.response.status_code': sqlState };

/** The flag's words by the names of the feature flag conventions, whose reasons are in small letters. */
const assignmentOf = ({ key, arm, flag, variant, reason }: EventOf<'rollout-assigned'>): TelemetryAttributes => ({
  'hybrid.rollout.key': key,
  'hybrid.rollout.arm': arm,
  ...(flag !== undefined && { 'feature_flag.key': flag }),
  ...(variant !== undefined && { 'feature_flag.result.variant': variant }),
  ...(reason !== undefined && { 'feature_flag.result.reason': reason.toLowerCase() }),
});

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
