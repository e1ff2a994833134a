import { createFakeLayer } from '@hybrid-supabase/contract-tests';
import { ok, type Result } from 'neverthrow';
import type { ReceivedFile, SqlResult } from '@hybrid-supabase/core';
import { createHybrid } from '../src/index.js';
import { createManualClock } from './manual-clock.js';

const result: SqlResult = { columns: [], rows: [], rowCount: 1 };
const statement = { text: 'select 1', values: [] };
const workMs = 10;
const timeoutMs = 500;

/** A layer that does one thing at a time, a hundred a second, also what nobody waits for any more. */
function open() {
  const clock = createManualClock();
  let freeAtMs = 0;
  const read = () =>
    new Promise<Result<SqlResult, never>>((resolve) => {
      freeAtMs = Math.max(freeAtMs, clock.nowMs()) + workMs;
      clock.setTimer(() => resolve(ok(result)), freeAtMs - clock.nowMs());
    });
  const layer = createFakeLayer({ name: 'mcp', answers: { 'sql.read': read } });
  const hybrid = createHybrid({ layers: [layer], clock, random: () => 0.5 });
  return { clock, hybrid };
}

test('a layer that is offered twice what it can do goes on doing nearly all it can', async () => {
  const { clock, hybrid } = open();
  let served = 0;
  let answered = 0;
  let servedLately = 0;
  const calls = 2_000;
  for (let call = 0; call < calls; call += 1) {
    void hybrid.sql.read(statement, { timeoutMs }).then((outcome) => {
      answered += 1;
      if (outcome.isOk()) served += 1;
    });
    if (call === calls / 2) servedLately = served;
    await clock.advance(workMs / 2);
  }
  servedLately = served - servedLately;
  await clock.advance(10_000);
  expect(answered).toBe(calls);
  // Half of what comes is what can be done: 500 of the last 1,000.
  expect(servedLately).toBeGreaterThan(450);
  const [health] = hybrid.health();
  expect(health).toMatchObject({ breaker: 'closed', inFlight: 0, queued: 0 });
  expect(health?.places).toBeLessThan(timeoutMs / workMs);
}, 30_000);

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
