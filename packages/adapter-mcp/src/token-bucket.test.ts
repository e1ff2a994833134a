import fc from 'fast-check';
import { createTokenBucket } from './token-bucket.js';

const limit = { requests: 120, perMs: 60_000 };

test('half of the limit goes at once, the next one waits for what it takes to earn it', () => {
  const bucket = createTokenBucket(limit);
  for (let sent = 0; sent < 60; sent += 1) {
    expect(bucket.waitMs(1, 0)).toBe(0);
    bucket.take(1, 0);
  }
  expect(bucket.waitMs(1, 0)).toBe(1_000);
  expect(bucket.waitMs(1, 400)).toBe(600);
  expect(bucket.waitMs(2, 1_000)).toBe(1_000);
});

test('what is given back may be taken again', () => {
  const bucket = createTokenBucket(limit);
  bucket.take(60, 0);
  bucket.giveBack(1);
  expect(bucket.waitMs(1, 0)).toBe(0);
});

test('a hold lets nothing through until its end', () => {
  const bucket = createTokenBucket(limit);
  bucket.hold(60_000, 1_000);
  expect(bucket.waitMs(1, 31_000)).toBe(30_000);
  expect(bucket.waitMs(1, 61_000)).toBe(0);
});

test('in no span of its length does it let more through than its limit, however callers come', () => {
  const limits = fc.record({
    requests: fc.integer({ min: 2, max: 200 }),
    perMs: fc.integer({ min: 100, max: 200_000 }),
  });
  const gaps = fc.array(fc.oneof(fc.constant(0), fc.integer({ min: 0, max: 20_000 })), { maxLength: 400 });
  fc.assert(
    fc.property(limits, gaps, ({ requests, perMs }, pauses) => {
      const bucket = createTokenBucket({ requests, perMs });
      const sentMs: number[] = [];
      let nowMs = 0;
      for (const pauseMs of pauses) {
        nowMs += pauseMs;
        const waitMs = bucket.waitMs(1, nowMs);
        bucket.take(1, nowMs);
        sentMs.push(nowMs + waitMs);
      }
      for (const [index, startMs] of sentMs.entries()) {
        const inSpan = sentMs.slice(index).filter((eachMs) => eachMs < startMs + perMs - 1e-6);
        expect(inSpan.length).toBeLessThanOrEqual(requests);
      }
    }),
    { seed: 20261122, numRuns: 200 },
  );
});
