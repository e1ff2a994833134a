import { createFakeLayer } from '@hybrid-supabase/contract-tests';
import { context, trace } from '@opentelemetry/api';
import pino from 'pino';
import { createHybrid, inTraceOf, logTo, reportTo, telemetryTo, type HybridOptions } from '../src/index.js';
import { createManualClock } from './manual-clock.js';
import { recordTelemetry } from './recorded-telemetry.js';

const secret = 'sb_secret_never_seen';
const statement = { text: `select '${secret}'`, values: [secret] };
const rows = { columns: [], rows: [{ token: secret }], rowCount: 1 };
/** The SDK takes a time before its process began for one of another clock. */
const yearStartMs = Date.UTC(2100, 0, 1);

const telemetry = recordTelemetry();
afterAll(() => telemetry.end());

function watched(more: Partial<HybridOptions> = {}) {
  const recorded = recordTelemetry();
  const lines: unknown[] = [];
  const stream = { write: (line: string) => void lines.push(JSON.parse(line)) };
  const levels = { level: (label: string) => ({ level: label }) };
  const logger = pino({ level: 'debug', base: null, timestamp: false, formatters: levels }, stream);
  const clock = createManualClock();
  const traceparents: unknown[] = [];
  const report = reportTo(
    () => {
      throw new Error('a listener with a defect');
    },
    logTo(logger),
    telemetryTo({ ...recorded, unixMs: () => yearStartMs + clock.nowMs() }),
  );
  const named = (name: string) =>
    createFakeLayer({
      name,
      answers: {
        'sql.read': (_input, { traceparent }) => {
          traceparents.push(traceparent);
          return rows;
        },
      },
      sharedFate: [name === 'mcp' ? 'mcp-edge' : 'rest-api'],
    });
  const [mcp, supabase] = [named('mcp'), named('supabase')];
  const policy = { '*': { maxAttempts: 2 } };
  const hybrid = createHybrid({ layers: [mcp, supabase], clock, report, policy, random: () => 0, ...more });
  const read = async () => {
    const pending = hybrid.sql.read(statement, { idempotencyKey: secret });
    await clock.advance(1_000);
    return pending;
  };
  const left = async () => {
    const seen = { lines, metrics: await recorded.metrics(), spans: recorded.spans() };
    await recorded.end();
    return seen;
  };
  return { mcp, supabase, hybrid, clock, read, left, recorded, traceparents };
}

test('a served call leaves exactly these lines, metrics and span', async () => {
  const { read, left } = watched();
  await read();
  expect(await left()).toMatchSnapshot();
});

test('a call that fell back leaves exactly these lines, metrics and span', async () => {
  const { read, left, mcp } = watched();
  mcp.breakBackend('refuses');
  await read();
  expect(await left()).toMatchSnapshot();
});

test('a failed call leaves exactly these lines, metrics and span', async () => {
  const { read, left, mcp, supabase } = watched();
  for (const layer of [mcp, supabase]) layer.breakBackend('dies');
  await read();
  expect(await left()).toMatchSnapshot();
});

test('a call that the database refuses leaves its code on line, metric and span', async () => {
  const { read, left, mcp } = watched();
  mcp.failWith({ kind: 'denied', effect: 'none', message: `no right to ${secret}`, sqlState: '42501' });
  await read();
  const { lines, metrics, spans } = await left();
  expect(lines).toContainEqual(expect.objectContaining({ msg: 'attempt failed', kind: 'denied', sqlState: '42501' }));
  const status = { 'db.response.status_code': '42501', 'error.type': 'denied' };
  const durations = metrics.filter(({ unit }) => unit === 's');
  expect([durations.length, spans.length]).toEqual([3, 1]);
  for (const seen of [...durations, ...spans]) expect(seen.attributes).toMatchObject(status);
});

test('nothing that is written holds an input, a row, a message or a key', async () => {
  const { read, left, mcp, supabase } = watched();
  mcp.breakBackend('garbles');
  supabase.failWith({ kind: 'failed', effect: 'none', message: secret, hint: secret, code: secret });
  await read();
  const said = JSON.stringify(await left());
  expect(said).toContain('call failed');
  expect(said).not.toContain(secret);
});

test('a call under a rollout says which side it took, and what its flag has said', async () => {
  const flags = { isOn: () => ({ isOn: true, variant: 'new', reason: 'TARGETING_MATCH' }), close: () => undefined };
  const policy = { 'sql.*': { rollout: { order: ['supabase'], flag: 'new-order' } } };
  const { read, left } = watched({ policy, flags });
  const served = (await read())._unsafeUnwrap();
  expect(served.trail).toMatchObject([
    { did: 'served', notes: ['rollout sql.*: candidate, stage canary, by the flag new-order new TARGETING_MATCH'] },
  ]);
  const { lines, metrics, spans } = await left();
  expect(lines).toContainEqual({
    ...{ level: 'debug', msg: 'rollout candidate', type: 'rollout-assigned', call: 1, operation: 'sql.read' },
    ...{ key: 'sql.*', stage: 'canary', arm: 'candidate' },
    ...{ flag: 'new-order', variant: 'new', reason: 'TARGETING_MATCH' },
  });
  expect(spans).toMatchObject([
    {
      attributes: { 'hybrid.rollout.arm': 'candidate' },
      events: [
        {
          name: 'rollout assigned',
          attributes: {
            'feature_flag.key': 'new-order',
            'feature_flag.result.variant': 'new',
            'feature_flag.result.reason': 'targeting_match',
          },
        },
        { name: 'attempt served' },
      ],
    },
  ]);
  const arms = metrics.filter(({ name }) => name === 'db.client.operation.duration');
  expect(arms.map(({ attributes }) => attributes['hybrid.rollout.arm'])).toEqual(['candidate']);
});

test('an answer from the cache says so, and a comparison is counted', async () => {
  const reads = { cache: { ttlMs: 60_000 }, shadow: { layer: 'supabase', share: 1 } };
  const semantics = { questions: {}, tags: { 'sql.read': () => ['table:t'] } };
  const { read, left, supabase } = watched({ policy: { 'sql.*': { reads } }, semantics });
  for (let call = 0; call < 2; call += 1) await read();
  expect(supabase.received).toHaveLength(1);
  const { metrics, spans } = await left();
  expect(spans.map(({ attributes }) => attributes['hybrid.cached'])).toEqual([undefined, true]);
  expect(metrics.filter(({ name }) => name.startsWith('hybrid.shadow'))).toMatchObject([
    {
      sum: 1,
      attributes: { 'hybrid.layer': 'mcp', 'hybrid.shadow.layer': 'supabase', 'hybrid.shadow.likeness': 'same' },
    },
  ]);
});

describe('a call that is made within a span', () => {
  beforeAll(() => void context.setGlobalContextManager(telemetry.contexts));
  afterAll(() => context.disable());

  test('leaves its own span in the same trace, below that one', async () => {
    const { read, left, recorded } = watched();
    const outer = telemetry.tracer.startSpan('request');
    await context.with(trace.setSpan(context.active(), outer), read);
    const [span] = recorded.finishedSpans();
    expect(span?.parentSpanContext?.spanId).toBe(outer.spanContext().spanId);
    expect(span?.spanContext().traceId).toBe(outer.spanContext().traceId);
    outer.end();
    await left();
  });

  test('hands its trace to the layer when told to', async () => {
    const { hybrid, left, traceparents } = watched();
    const outer = telemetry.tracer.startSpan('request');
    await context.with(trace.setSpan(context.active(), outer), () =>
      hybrid.sql.read(statement, inTraceOf(trace.getActiveSpan())),
    );
    await hybrid.sql.read(statement, inTraceOf(trace.getActiveSpan()));
    const { traceId, spanId } = outer.spanContext();
    expect(traceparents).toEqual([`00-${traceId}-${spanId}-01`, undefined]);
    outer.end();
    await left();
  });

  test('says nothing of a span that belongs to no trace', () => {
    expect(
      inTraceOf(trace.wrapSpanContext({ traceId: '0'.repeat(32), spanId: '0'.repeat(16), traceFlags: 0 })),
    ).toEqual({});
  });
});

test.each(['ambiguous', 'unexpected'] as const)('a call that ends as %s is an error line', (kind) => {
  const levels: string[] = [];
  const at = (level: string) => () => levels.push(level);
  const log = logTo({ debug: at('debug'), info: at('info'), warn: at('warn'), error: at('error') });
  log({ type: 'call-ended', call: 1, operation: 'sql.write', ms: 1, kind });
  log({ type: 'call-ended', call: 1, operation: 'sql.write', ms: 1, kind: 'conflict' });
  log({ type: 'call-ended', call: 1, operation: 'sql.write', ms: 1, kind: 'no-layer' });
  log({ type: 'breaker-changed', layer: 'mcp', from: 'closed', to: 'open' });
  expect(levels).toEqual(['error', 'info', 'warn', 'warn']);
});
