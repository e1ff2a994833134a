import { createFaultPlan } from './fault-plan.js';

const plan = () => createFaultPlan<string, string>();
const isA = (asked: string): boolean => asked === 'a';

test('an empty plan has no fault', () => {
  expect(plan().take('a')).toBeUndefined();
});

test('an unlimited fault holds for everything, and takes the place of all others', () => {
  const faults = plan();
  faults.add('first', { times: 1 });
  faults.add('second');
  expect([faults.take('a'), faults.take('b')]).toEqual(['second', 'second']);
});

test('limited faults come first, in the order they were added', () => {
  const faults = plan();
  faults.add('rest');
  faults.add('once', { times: 1 });
  faults.add('then', { times: 1 });
  expect([faults.take('a'), faults.take('a'), faults.take('a')]).toEqual(['once', 'then', 'rest']);
});

test('a limited fault leaves what it does not match alone, and does not count it', () => {
  const faults = plan();
  faults.add('for a', { matches: isA, times: 1 });
  expect([faults.take('b'), faults.take('a'), faults.take('a')]).toEqual([undefined, 'for a', undefined]);
});

test('a cleared plan has no fault', () => {
  const faults = plan();
  faults.add('rest');
  faults.add('for a', { matches: isA });
  faults.clear();
  expect(faults.take('a')).toBeUndefined();
});
