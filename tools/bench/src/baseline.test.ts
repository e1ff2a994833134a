import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { readBaseline, regressions } from './baseline.js';
import type { BenchResult } from './comparison.js';

const result = (ratio: number, interval: readonly [number, number]): BenchResult => ({
  bench: 'routing',
  node: 'v20',
  cpu: 'any',
  ok: true,
  cases: [
    { name: 'a call', unit: 'µs', ours: ratio, peer: 1, peerName: 'peer', ratio, interval, target: null, ok: true },
  ],
});

test.each([
  ['the same', 1, [0.95, 1.05], false],
  ['9 % worse for sure', 1.09, [1.08, 1.1], false],
  ['20 % worse, but it may be chance', 1.2, [1.0, 1.4], false],
  ['20 % worse for sure, though the intervals touch', 1.2, [1.04, 1.36], true],
  ['20 % worse for sure', 1.2, [1.15, 1.25], true],
  ['much better', 0.5, [0.4, 0.6], false],
] as const)('compared with a baseline: %s', (_case, ratio, interval, worse) => {
  expect(regressions(result(1, [0.95, 1.05]), result(ratio, interval))).toHaveLength(worse ? 1 : 0);
});

test('a case that the baseline does not know is no regression', () => {
  expect(regressions({ ...result(1, [1, 1]), cases: [] }, result(9, [9, 9]))).toEqual([]);
});

test('a baseline of this benchmark is read; one of another, one that is cut short and none at all are refused', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'baseline-'));
  try {
    const file = join(folder, 'before.json');
    await writeFile(file, JSON.stringify(result(1, [1, 1])));
    expect((await readBaseline(file, 'routing'))._unsafeUnwrap().cases).toHaveLength(1);
    expect((await readBaseline(file, 'files'))._unsafeUnwrapErr()).toContain('no result of the benchmark files');
    await writeFile(file, '{"bench":"routing","cases":[{');
    expect((await readBaseline(file, 'routing'))._unsafeUnwrapErr()).toContain('could not be read');
    expect((await readBaseline(join(folder, 'none'), 'routing'))._unsafeUnwrapErr()).toContain('could not be read');
  } finally {
    await rm(folder, { recursive: true });
  }
});
