import './allow-node-20-line.js';
import { ledgerSoak } from '../src/ledger-soak.js';

test('each key takes effect once, though each goes through two layers and layers are killed', async () => {
  const { checks, counts } = await ledgerSoak({ calls: 120, kills: 9, seed: 11 });
  expect(checks.filter(({ ok }) => !ok)).toEqual([]);
  expect(counts['kills']).toBe(9);
}, 60_000);
