import './allow-node-20-line.js';
import { startLocalStack } from '@hybrid-supabase/local-stack';
import { linesOf } from '../src/load-report.js';
import { runLoad } from '../src/run-load.js';

test('a short ramp past what the stack can serve answers every call, by both layers, and holds its goodput', async () => {
  const stack = (await startLocalStack())._unsafeUnwrap();
  try {
    const result = await runLoad({
      ...{ stack, policy: {}, seconds: 6, steps: 4, seed: 1, timeoutMs: 1_000, warmMs: 3_000, from: 0.5, to: 5 },
    });
    // So short a run on a machine that does other things as well says less of goodput than the long one.
    const [, , answered, heap] = result.checks;
    expect([answered?.ok, heap?.ok]).toEqual([true, true]);
    const layers = result.steps.flatMap(({ byLayer }) => Object.keys(byLayer));
    expect([...new Set(layers)].sort()).toEqual(['mcp', 'supabase']);
    const last = result.steps.at(-1);
    const peak = Math.max(...result.steps.map(({ goodput }) => goodput));
    expect(last?.goodput).toBeGreaterThan(peak * 0.4);
    expect(linesOf(result)).toContain('by layer');
  } finally {
    await stack.stop();
  }
});
