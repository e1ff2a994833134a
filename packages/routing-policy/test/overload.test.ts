import { createFakeLayer } from '@hybrid-supabase/contract-tests';
import { ok, type Result } from 'neverthrow';
import type { ReceivedFile, SqlResult } from '@hybrid-supabase/core';
import { createHybrid } from '../src/index.js';
import { createManualClock } from './manual-clock.js';

const result: SqlResult = { columns: [], rows: [], rowCount: 1 };
const statement = { text: 'select 1', values: [] };
const edges = ['mcp-edge', 'rest-api'] as const;
const workMs = 10;

/** Layers that do one thing at a time, also what nobody waits for any more. */
function open(layerCount = 1, eachMs = workMs) {
  const clock = createManualClock();
  const layers = edges.slice(0, layerCount).map((edge, at) => {
    let freeAtMs = 0;
    const read = () =>
      new Promise<Result<SqlResult, never>>((resolve) => {
        freeAtMs = Math.max(freeAtMs, clock.nowMs()) + eachMs;
        clock.setTimer(() => resolve(ok(result)), freeAtMs - clock.nowMs());
      });
    return createFakeLayer({ name: `layer ${at}`, sharedFate: [edge], answers: { 'sql.read': read } });
  });
  const hybrid = createHybrid({ layers, clock, random: () => 0.5 });
  return { clock, hybrid };
}

test.each([
  { eachMs: 10, timeoutMs: 500, times: 2, layerCount: 1 },
  { eachMs: 10, timeoutMs: 500, times: 2, layerCount: 2 },
  { eachMs: 30, timeoutMs: 2_000, times: 1.2, layerCount: 2 },
  { eachMs: 30, timeoutMs: 2_000, times: 3, layerCount: 2 },
  { eachMs: 50, timeoutMs: 2_000, times: 5, layerCount: 1 },
])(
  'layers that are offered more than they can do go on doing nearly all they can: %j',
  async (load) => {
    const { eachMs, timeoutMs, times, layerCount } = load;
    const { clock, hybrid } = open(layerCount, eachMs);
    const ended: Record<string, number> = {};
    const calls = 1_200;
    for (let call = 0; call < calls; call += 1) {
      void hybrid.sql.read(statement, { timeoutMs }).then((outcome) => {
        const kind = outcome.isOk() ? 'served' : outcome.error.kind;
        ended[kind] = (ended[kind] ?? 0) + 1;
      });
      await clock.advance(eachMs / (layerCount * times));
    }
    await clock.advance(10_000);
    const { served = 0, 'no-layer': refused = 0, 'timed-out': late = 0 } = ended;
    expect(served + refused + late).toBe(calls);
    expect(served).toBeGreaterThan((calls / times) * 0.9);
    // What is too much is refused before it is sent: little is begun in vain.
    expect(late).toBeLessThan(calls * 0.04);
    for (const health of hybrid.health()) expect(health).toMatchObject({ breaker: 'closed', inFlight: 0, queued: 0 });
  },
  30_000,
);

test('a layer that answers in time is given more and more, up to what the policy allows', async () => {
  const clock = createManualClock();
  const layer = createFakeLayer({
    name: 'mcp',
    answers: {
      'sql.read': () =>
        new Promise<Result<SqlResult, never>>((resolve) => clock.setTimer(() => resolve(ok(result)), workMs)),
    },
  });
  const hybrid = createHybrid({ layers: [layer], clock, policy: { '*': { bulkheads: { mcp: { maxInFlight: 70 } } } } });
  const pending = Array.from({ length: 500 }, () => hybrid.sql.read(statement));
  const inFlight: number[] = [];
  for (let round = 0; round < 6; round += 1) {
    await clock.advance(workMs);
    inFlight.push(hybrid.health()[0]?.inFlight ?? 0);
  }
  expect(inFlight).toEqual([40, 70, 70, 70, 70, 70]);
  await clock.advance(1_000);
  for (const one of await Promise.all(pending)) expect(one.isOk()).toBe(true);
});

test('a layer that only streams is given more and more as well', async () => {
  const clock = createManualClock();
  const info = {
    bucket: 'b',
    path: 'p',
    sizeBytes: 0,
    contentType: 'text/plain',
    etag: '1',
    verified: 'size',
  } as const;
  const layer = createFakeLayer({
    name: 'supabase',
    answers: {
      'files.download': () =>
        new Promise<Result<ReceivedFile, never>>((resolve) => clock.setTimer(() => resolve(ok(info)), workMs)),
    },
  });
  const hybrid = createHybrid({ layers: [layer], clock });
  const to = { open: () => Promise.reject(new Error('nothing is written here')) };
  const pending = Array.from({ length: 500 }, () => hybrid.files.download({ bucket: 'b', path: 'p', to }));
  await clock.advance(4 * workMs);
  expect(hybrid.health()[0]?.inFlight).toBe(100);
  await clock.advance(1_000);
  for (const one of await Promise.all(pending)) expect(one.isOk()).toBe(true);
});

test('a caller with too little time says nothing of a layer that is not busy', async () => {
  const { clock, hybrid } = open();
  for (let call = 0; call < 10; call += 1) {
    const pending = hybrid.sql.read(statement, { timeoutMs: 5 });
    await clock.advance(100);
    expect((await pending).isErr()).toBe(true);
  }
  expect(hybrid.health()).toMatchObject([{ places: 20 }]);
});
