import { resolve } from 'node:path';
import { routingSoak } from '../src/routing-soak.js';

const root = resolve(__dirname, '../../..');

test('the model walks as many steps as asked, and says what it met', async () => {
  const result = await routingSoak(root)({ calls: 200, kills: 0, seed: 3 });
  expect(result).toMatchObject({ soak: 'routing', seed: 3, ok: true });
  expect(result.counts['served']).toBeGreaterThan(0);
});
