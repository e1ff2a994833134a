import { createFakeLayer } from '@hybrid-supabase/contract-tests';
import {
  createHybrid,
  logTo,
  reportTo,
  telemetryTo,
  type RoutingLogger,
  type TelemetryMeter,
  type TelemetryTracer,
} from '../src/index.js';
import { createManualClock } from './manual-clock.js';

const secret = 'sb_secret_never_seen';
const statement = { text: `select '${secret}'`, values: [secret] };
const rows = { columns: [], rows: [{ token: secret }], rowCount: 1 };
const named = (name: string) =>
  createFakeLayer({
    name,
    answers: { 'sql.read': () => rows },
    sharedFate: [name === 'mcp' ? 'mcp-edge' : 'rest-api'],
  });

function watched() {
  const lines: unknown[] = [];
  const metrics: unknown[] = [];
  const spans: unknown[] = [];
  const at = (level: string) => (fields: object, message: string) => lines.push({ level, message, ...fields });
  const logger: RoutingLogger = { debug: at('debug'), info: at('info'), warn: at('warn'), error: at('error') };
  const meter: TelemetryMeter = {
    createHistogram: (name) => ({ record: (value, attributes) => metrics.push({ name, value, ...attributes }) }),
    createCounter: (name) => ({ add: (value, attributes) => metrics.push({ name, value, ...attributes }) }),
  };
  const tracer: TelemetryTracer = {
    startSpan: (name, options) => {
      const span: { status?: number; events: unknown[]; endMs?: number } = { events: [] };
      spans.push({ name, ...options, span });
      return {
        addEvent: (event, attributes) => span.events.push({ event, ...attributes }),
        setStatus: ({ code }) => (span.status = code),
        end: (atMs) => (span.endMs = atMs),
      };
    },
  };
  const clock = createManualClock();
  const report = reportTo(
    () => {
      throw new Error('a listener with a defect');
    },
    logTo(logger),
    telemetryTo({ tracer, meter, unixMs: clock.nowMs }),
  );
  const [mcp, supabase] = [named('mcp'), named('supabase')];
  const policy = { '*': { maxAttempts: 2 } };
  const hybrid = createHybrid({ layers: [mcp, supabase], clock, report, policy, random: () => 0 });
  const read = async () => {
    const pending = hybrid.sql.read(statement, { idempotencyKey: secret });
    await clock.advance(1_000);
    return pending;
  };
  return { mcp, supabase, read, left: () => ({ lines, metrics, spans }) };
}

test('a served call leaves exactly these lines, metrics and span', async () => {
  const { read, left } = watched();
  await read();
  expect(left()).toMatchSnapshot();
});

test('a call that fell back leaves exactly these lines, metrics and span', async () => {
  const { read, left, mcp } = watched();
  mcp.breakBackend('refuses');
  await read();
  expect(left()).toMatchSnapshot();
});

test('a failed call leaves exactly these lines, metrics and span', async () => {
  const { read, left, mcp, supabase } = watched();
  for (const layer of [mcp, supabase]) layer.breakBackend('dies');
  await read();
  expect(left()).toMatchSnapshot();
});

test('nothing that is written holds an input, a row or a key', async () => {
  const { read, left, mcp } = watched();
  mcp.breakBackend('garbles');
  await read();
  expect(JSON.stringify(left())).not.toContain(secret);
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
