import type { Comparison } from './comparison.js';
import { measure } from './measure.js';

const comparison = (change: Partial<Comparison> = {}): Comparison => ({
  name: 'twice as slow',
  unit: 'ms',
  peerName: 'peer',
  statistics: ['p50'],
  rounds: 5,
  ours: async () => [2, 2, 2],
  peer: async () => [1, 1, 1],
  ...change,
});

test('the ratio is ours divided by the peer’s, and the target judges it', async () => {
  expect(await measure(comparison({ target: 2 }))).toMatchObject([
    { ours: 2, peer: 1, ratio: 2, interval: [2, 2], ok: true },
  ]);
  expect(await measure(comparison({ target: 1.9 }))).toMatchObject([{ ok: false }]);
});

test('without a target a figure only informs', async () => {
  expect(await measure(comparison())).toMatchObject([{ target: null, ok: true }]);
});

test('both sides run equally often, and each goes first in half of the rounds', async () => {
  const order: string[] = [];
  const side = (name: string) => async () => [order.push(name)];
  await measure(comparison({ rounds: 4, ours: side('ours'), peer: side('peer') }));
  expect(order.filter((name) => name === 'ours')).toHaveLength(order.length / 2);
  expect(order.slice(0, 4)).toEqual(['ours', 'peer', 'peer', 'ours']);
});

test('two statistics give two cases', async () => {
  const cases = await measure(
    comparison({ statistics: ['p50', 'p95'], ours: async () => [1, 1, 10], peer: async () => [1, 1, 5] }),
  );
  expect(cases.map(({ name, ratio }) => [name, ratio])).toEqual([
    ['twice as slow p50', 1],
    ['twice as slow p95', 2],
  ]);
});
