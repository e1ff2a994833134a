import { compareArms, count, emptyTally, type ArmsRule } from './sequential-test.js';
import { simulateRollouts } from './simulate-rollouts.js';

const rule: ArmsRule = { threshold: 0.1, falseAlarms: 0.005, minimumSample: 1_000 };
const arms = { callsPerArm: 60_000, seed: 20261122, rule };

test('identical arms: at most 1 % false alarms over 1,000 rollouts of 60,000 calls an arm', () => {
  const { share } = simulateRollouts({ ...arms, runs: 1_000, controlErrors: 0.05, candidateErrors: 0.05 });
  expect(share).toBeLessThanOrEqual(0.01);
});

test('arms just at the threshold: still at most 1 % false alarms', () => {
  const { share } = simulateRollouts({ ...arms, runs: 500, controlErrors: 0.05, candidateErrors: 0.055 });
  expect(share).toBeLessThanOrEqual(0.01);
});

test('25 % more errors at a 5 % base: at least 95 % are rolled back within 60,000 calls an arm', () => {
  const { share } = simulateRollouts({ ...arms, runs: 500, controlErrors: 0.05, candidateErrors: 0.0625 });
  expect(share).toBeGreaterThanOrEqual(0.95);
});

test('a fifth more time is found as well', () => {
  const slow = { ...arms, runs: 100, controlErrors: 0.01, candidateErrors: 0.01, slowdown: 0.2 };
  expect(simulateRollouts(slow).share).toBeGreaterThanOrEqual(0.95);
});

test('the same seed gives the same figures, and another one others', () => {
  const few = { ...arms, runs: 20, controlErrors: 0.05, candidateErrors: 0.065 };
  expect(simulateRollouts(few)).toEqual(simulateRollouts(few));
  expect(simulateRollouts({ ...few, seed: 7 })).not.toEqual(simulateRollouts(few));
});

test('nothing is concluded from few calls, however bad they are', () => {
  const [control, candidate] = [emptyTally(), emptyTally()];
  for (let call = 0; call < 999; call += 1) {
    count(control, false, 1);
    count(candidate, true, 1_000);
  }
  expect(compareArms(control, candidate, rule).verdict).toBe('too-few');
  count(control, false, 1);
  count(candidate, true, 1_000);
  expect(compareArms(control, candidate, rule).verdict).toBe('worse');
});

test('an interval that holds the threshold is no reason to go back', () => {
  const [control, candidate] = [emptyTally(), emptyTally()];
  for (let call = 0; call < 1_000; call += 1) {
    count(control, call % 100 === 0, 10);
    count(candidate, call % 80 === 0, 10);
  }
  const { verdict, errors } = compareArms(control, candidate, rule);
  expect(verdict).toBe('not-worse');
  expect(errors.excess).toBeGreaterThan(0);
  expect(errors.low).toBeLessThan(0);
});
