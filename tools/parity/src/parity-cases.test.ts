import { parityCases } from './parity-cases.js';

test('there are enough cases, each with a name of its own', () => {
  expect(parityCases.length).toBeGreaterThanOrEqual(60);
  expect(new Set(parityCases.map(({ name }) => name)).size).toBe(parityCases.length);
});
