import fc from 'fast-check';
import { Breaker, slices, type BreakerRule, type BreakerState } from '../src/breaker.js';

const rule: BreakerRule = {
  failureRatio: 0.5,
  minimumCalls: 4,
  windowMs: 1_000,
  pauseMs: 100,
  maxPauseMs: 400,
  probes: 2,
  slowCallMs: 60_000,
  slowRatio: 1,
};
const sliceMs = rule.windowMs / slices;

const make = (more: Partial<BreakerRule> = {}, random = () => 1) => {
  const changes: string[] = [];
  const breaker = new Breaker({ ...rule, ...more }, random, (from, to) => changes.push(`${from} > ${to}`));
  return { breaker, changes };
};
const fail = (breaker: Breaker, times: number, nowMs: number) => {
  for (let time = 0; time < times; time += 1) breaker.record(false, nowMs, nowMs);
};

test('it stays closed below the minimum of calls, however bad they are', () => {
  const { breaker } = make();
  fail(breaker, 3, 0);
  expect(breaker.state).toBe('closed');
});

test('it opens when the ratio is reached, and says so once', () => {
  const { breaker, changes } = make();
  breaker.record(true, 0, 0);
  breaker.record(true, 0, 0);
  fail(breaker, 2, 10);
  fail(breaker, 9, 10);
  expect(changes).toEqual(['closed > open']);
});

test('what has left the window does not count', () => {
  const { breaker } = make();
  fail(breaker, 3, 0);
  fail(breaker, 3, rule.windowMs);
  expect(breaker.state).toBe('closed');
  expect(breaker.counts).toEqual({ calls: 3, failures: 3, slow: 0 });
});

test('after the pause one caller is asked to probe, and enough good probes close it', () => {
  const { breaker, changes } = make();
  fail(breaker, 4, 0);
  expect([breaker.takeProbe(99), breaker.takeProbe(100), breaker.takeProbe(100)]).toEqual([false, true, false]);
  expect([breaker.probed(true, 101), breaker.probed(true, 102)]).toEqual([true, false]);
  expect(changes).toEqual(['closed > open', 'open > half-open', 'half-open > closed']);
  expect(breaker.counts.calls).toBe(0);
});

test('each bad probe makes the pause longer, up to its limit', () => {
  const { breaker } = make();
  fail(breaker, 4, 0);
  let nowMs = 0;
  for (const pauseMs of [100, 200, 400, 400]) {
    expect(breaker.takeProbe(nowMs + pauseMs - 1)).toBe(false);
    nowMs += pauseMs;
    expect(breaker.takeProbe(nowMs)).toBe(true);
    expect(breaker.probed(false, nowMs)).toBe(false);
  }
});

test('a breaker that has held for a whole window starts again with a short pause', () => {
  const { breaker } = make({ probes: 1 });
  fail(breaker, 4, 0);
  breaker.takeProbe(100);
  breaker.probed(true, 100);
  fail(breaker, 4, 1_200);
  expect([breaker.takeProbe(1_299), breaker.takeProbe(1_300)]).toEqual([false, true]);
});

test('up to half of the pause is left to chance', () => {
  const { breaker } = make({}, () => 0);
  fail(breaker, 4, 0);
  expect([breaker.takeProbe(49), breaker.takeProbe(50)]).toEqual([false, true]);
});

test('calls that began before the opening prove nothing; later ones are as good as probes', () => {
  const { breaker } = make();
  fail(breaker, 4, 50);
  breaker.record(true, 49, 60);
  breaker.record(true, 49, 60);
  expect(breaker.state).toBe('open');
  breaker.record(true, 61, 70);
  breaker.record(true, 62, 71);
  expect(breaker.state).toBe('closed');
});

test('calls that began before it closed say nothing of how the layer is now', () => {
  const { breaker } = make({ probes: 1 });
  fail(breaker, 4, 0);
  breaker.takeProbe(100);
  breaker.probed(true, 100);
  for (let late = 0; late < 9; late += 1) breaker.record(false, 50, 110);
  expect(breaker.state).toBe('closed');
});

/** The same rules, written the slow and plain way: a list of everything that ever happened. */
class Model {
  state: BreakerState = 'closed';
  #seen: { readonly slice: number; readonly wentWell: boolean }[] = [];
  #untilMs = 0;
  #proven = 0;
  #pauses = 0;
  #closedAtMs = Number.NEGATIVE_INFINITY;

  record(wentWell: boolean, _startedMs: number, nowMs: number): void {
    if (this.state !== 'closed') return wentWell ? this.prove(nowMs) : undefined;
    const slice = Math.floor(nowMs / sliceMs);
    this.#seen = [...this.#seen, { slice, wentWell }].filter((one) => one.slice > slice - slices);
    const failures = this.#seen.filter((one) => !one.wentWell).length;
    if (!wentWell && this.#seen.length >= rule.minimumCalls && failures / this.#seen.length >= rule.failureRatio)
      this.open(nowMs);
  }

  open(nowMs: number): void {
    if (this.state === 'closed' && nowMs - this.#closedAtMs > rule.windowMs) this.#pauses = 0;
    this.#untilMs = nowMs + Math.min(rule.maxPauseMs, rule.pauseMs * 2 ** this.#pauses);
    this.#pauses += 1;
    this.#proven = 0;
    this.state = 'open';
  }

  prove(nowMs: number): void {
    this.#proven += 1;
    if (this.#proven < rule.probes) return;
    this.state = 'closed';
    this.#closedAtMs = nowMs;
    this.#seen = [];
  }

  takeProbe(nowMs: number): void {
    if (this.state === 'open' && nowMs >= this.#untilMs) this.state = 'half-open';
  }

  probed(wentWell: boolean, nowMs: number): void {
    if (this.state !== 'half-open') return;
    if (wentWell) this.prove(nowMs);
    else this.open(nowMs);
  }
}

const moves: { readonly [what: string]: (one: Breaker | Model, nowMs: number) => unknown } = {
  well: (one, nowMs) => one.record(true, nowMs, nowMs),
  ill: (one, nowMs) => one.record(false, nowMs, nowMs),
  take: (one, nowMs) => one.takeProbe(nowMs),
  'probe well': (one, nowMs) => one.probed(true, nowMs),
  'probe ill': (one, nowMs) => one.probed(false, nowMs),
};

test('it does what a list of everything that ever happened would say', () => {
  const step = fc.record({
    afterMs: fc.oneof(fc.constant(0), fc.integer({ min: 0, max: 250 }), fc.integer({ min: 0, max: 2_000 })),
    what: fc.constantFrom('well', 'ill', 'ill', 'take', 'probe well', 'probe ill'),
  });
  const reached = new Set<BreakerState>();
  fc.assert(
    fc.property(fc.array(step, { maxLength: 60 }), (steps) => {
      const { breaker } = make();
      const model = new Model();
      let nowMs = 0;
      for (const { afterMs, what } of steps) {
        nowMs += afterMs;
        for (const one of [breaker, model]) moves[what]?.(one, nowMs);
        expect(breaker.state).toBe(model.state);
        reached.add(breaker.state);
      }
    }),
    { seed: 11, numRuns: 500 },
  );
  expect([...reached].sort()).toEqual(['closed', 'half-open', 'open']);
});
