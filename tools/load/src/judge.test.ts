import { judge } from './judge.js';
import type { LoadStep } from './load-result.js';

const memory = { heapBeforeMiB: 20, heapAfterMiB: 25, rssBeforeMiB: 100, rssPeakMiB: 200 };
const step = (offered: number, served: number, goodput: number): LoadStep => ({
  ...{
    step: 1,
    offered,
    offeredRate: offered,
    served,
    goodput,
    p50Ms: 1,
    p95Ms: 2,
    p99Ms: 3,
    refused: {},
    byLayer: {},
  },
});
const ramp = [step(50, 50, 50), step(100, 100, 100), step(200, 110, 105), step(300, 95, 90)];
const facts = { steps: ramp, offered: 650, answered: 650, memory };
const failed = (checks: ReturnType<typeof judge>) => checks.filter(({ ok }) => !ok).map(({ name }) => name);

test('a ramp that holds its goodput past the knee passes', () => {
  expect(failed(judge(facts))).toEqual([]);
});

test('the worst three steps in a row past the knee are what counts, so that one bad moment is no collapse', () => {
  const goodputOf = (...goodputs: number[]) =>
    judge({ ...facts, steps: [...ramp, ...goodputs.map((goodput) => step(400, goodput, goodput))] })[1];
  expect(goodputOf(80, 105)).toMatchObject({ ok: true });
  expect(goodputOf(105, 30, 30, 30)).toMatchObject({ ok: false, found: '29 %: 30 of 105 a second' });
});

test('with fewer steps past the knee than that, all of them count', () => {
  expect(judge({ ...facts, steps: [...ramp.slice(0, 2), step(200, 20, 20)] })[1]).toMatchObject({ ok: false });
  expect(judge({ ...facts, steps: [...ramp.slice(0, 2), step(200, 90, 90)] })[1]).toMatchObject({ ok: true });
});

test('a ramp that never comes to the knee has shown nothing', () => {
  expect(failed(judge({ ...facts, steps: ramp.slice(0, 2) }))).toHaveLength(2);
});

test.each([
  ['every call got a result', { ...facts, answered: 649 }],
  ['the heap grows by at most 32 MiB', { ...facts, memory: { ...memory, heapAfterMiB: 60 } }],
  ['the process grows by at most 768 MiB at its peak', { ...facts, memory: { ...memory, rssPeakMiB: 900 } }],
])('fails when this does not hold: %s', (name, wrong) => {
  expect(failed(judge(wrong))).toEqual([name]);
});
