import { mcpSoak } from '../src/mcp-soak.js';

test('a short run with kills loses nothing and leaves nothing behind', async () => {
  const { checks, counts } = await mcpSoak({ calls: 120, kills: 2, seed: 7 });
  // So short a run says nothing of the heap.
  expect(checks.filter(({ ok, name }) => !ok && name !== 'the heap does not grow')).toEqual([]);
  expect(counts['kills']).toBe(2);
  expect(counts['children']).toBeGreaterThanOrEqual(2);
});
