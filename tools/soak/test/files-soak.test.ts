import './allow-node-20-line.js';
import { join } from 'node:path';
import { filesSoak } from '../src/files-soak.js';
import type { SoakProgram } from '../src/files-world.js';

/** The programs from their source, since nothing is built here. */
const programOf = (name: string): SoakProgram => ({
  file: join(__dirname, '..', 'src', `${name}.ts`),
  nodeOptions: ['--conditions=@hybrid-supabase/source', '--import', '@swc-node/register/esm-register'],
});

test('six uploads and six downloads survive the kill of their process, and of the server', async () => {
  const { checks, counts } = await filesSoak({ transfers: 6, largestMiB: 16, seed: 3, programOf });
  expect(checks.filter(({ ok }) => !ok)).toEqual([]);
  expect(counts).toMatchObject({ kills: 12, equal: 12, partials: 0, overChunk: 0 });
  expect(counts['serverKills']).toBeGreaterThan(0);
}, 240_000);
