import { documentedLimits, toolCosts } from './rate-limits.js';
import { toolTable } from './tool-table.js';

test('every tool that asks the platform is counted at an endpoint with a limit', () => {
  expect(Object.keys(toolCosts).sort()).toEqual(Object.keys(toolTable).sort());
  const free = Object.entries(toolCosts).filter(([, cost]) => cost === undefined);
  expect(free.map(([name]) => name).sort()).toEqual(['confirm_cost', 'get_cost']);
  for (const cost of Object.values(toolCosts))
    if (cost !== undefined) expect(documentedLimits[cost.endpoint].requests).toBeGreaterThanOrEqual(30);
});
