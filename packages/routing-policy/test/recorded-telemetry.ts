import { SpanStatusCode } from '@opentelemetry/api';
import { AsyncLocalStorageContextManager } from '@opentelemetry/context-async-hooks';
import {
  AggregationTemporality,
  InMemoryMetricExporter,
  MeterProvider,
  PeriodicExportingMetricReader,
} from '@opentelemetry/sdk-metrics';
import { BasicTracerProvider, InMemorySpanExporter, SimpleSpanProcessor } from '@opentelemetry/sdk-trace-base';

/** The real SDK of OpenTelemetry, with what it would have exported kept in memory. */
export function recordTelemetry() {
  const spanExporter = new InMemorySpanExporter();
  const metricExporter = new InMemoryMetricExporter(AggregationTemporality.CUMULATIVE);
  const tracers = new BasicTracerProvider({ spanProcessors: [new SimpleSpanProcessor(spanExporter)] });
  const reader = new PeriodicExportingMetricReader({ exporter: metricExporter, exportIntervalMillis: 3_600_000 });
  const meters = new MeterProvider({ readers: [reader] });
  return {
    tracer: tracers.getTracer('test'),
    meter: meters.getMeter('test'),
    contexts: new AsyncLocalStorageContextManager().enable(),
    finishedSpans: () => spanExporter.getFinishedSpans(),
    /** Spans as a person reads them. */
    spans: () =>
      spanExporter.getFinishedSpans().map(({ name, kind, attributes, status, events, duration }) => ({
        name,
        kind,
        attributes,
        status: SpanStatusCode[status.code],
        seconds: duration[0] + duration[1] / 1e9,
        events: events.map((event) => ({ name: event.name, attributes: event.attributes })),
      })),
    /** Every series of every instrument, with its count or sum. */
    metrics: async () => {
      await meters.forceFlush();
      const scopes = metricExporter.getMetrics().at(-1)?.scopeMetrics ?? [];
      return scopes.flatMap(({ metrics }) =>
        metrics.flatMap(({ descriptor, dataPoints }) =>
          dataPoints.map(({ attributes, value }) => ({
            name: descriptor.name,
            unit: descriptor.unit,
            attributes,
            ...(typeof value === 'number'
              ? { sum: value }
              : { count: 'count' in value ? value.count : 0, sum: value.sum, ...edges(value) }),
          })),
        ),
      );
    },
    end: async () => {
      await Promise.all([tracers.shutdown(), meters.shutdown()]);
    },
  };
}

const edges = (value: object): object =>
  'buckets' in value && typeof value.buckets === 'object' && value.buckets !== null && 'boundaries' in value.buckets
    ? { boundaries: JSON.stringify(value.buckets.boundaries) }
    : {};
