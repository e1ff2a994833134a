import './allow-node-20-line.js';
import { join } from 'node:path';
import { filesSoak } from '../src/files-soak.js';

/** The programs as they were built: each starts dozens of times, and from its source it would be compiled each time. */
const programs = join(__dirname, '..', 'dist');

test('six uploads and six downloads survive the kill of their process, and of the server', async () => {
  const { checks, counts } = await filesSoak({ transfers: 6, largestMiB: 16, seed: 3, programs });
  expect(checks.filter(({ ok }) => !ok)).toEqual([]);
  expect(counts).toMatchObject({ kills: 12, equal: 12, partials: 0, overChunk: 0 });
  expect(counts['serverKills']).toBeGreaterThan(0);
}, 240_000);
