import { randomBytes } from 'node:crypto';
import { chmod, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { seededRandom } from '@hybrid-supabase/rig';
import { createFilesWorld, type FilesWorld, type FilesWorldOptions, type Way } from './files-world.js';
import { killedTransfer, type FilesTally } from './killed-transfer.js';
import type { SoakCheck, SoakResult } from './soak.js';

/** How long and how rough. */
export interface FilesSoakOptions extends Pick<FilesWorldOptions, 'programs'> {
  /** So many uploads and as many downloads, each killed once. */
  readonly transfers: number;
  readonly largestMiB: number;
  readonly seed: number;
  onProgress?(line: string): void;
}

/** A run over files. */
export type FilesSoak = (options: FilesSoakOptions) => Promise<SoakResult>;

const MiB = 1024 * 1024;

/** Uploads and downloads, each in a process that is killed at a random byte and started again; in a quarter of them the server is killed too. */
export const filesSoak: FilesSoak = async (options) => {
  const startMs = performance.now();
  const folder = await mkdtemp(join(tmpdir(), 'hybrid-soak-'));
  // The database has a user of its own where this one may not run it.
  await chmod(folder, 0o755);
  const world = createFilesWorld({ programs: options.programs, folder });
  try {
    await world.startServer();
    await world.prepare();
    const tally = await runAll(world, options);
    const checks = checksOf(tally, options.transfers * 2);
    const { details: _details, ...counts } = tally;
    const tookMs = performance.now() - startMs;
    return { soak: 'files', seed: options.seed, tookMs, counts, checks, ok: checks.every(({ ok }) => ok) };
  } finally {
    await world.close();
    await rm(folder, { recursive: true, force: true });
  }
};

const checksOf = ({ equal, partials, overChunk, kills, details }: FilesTally, all: number): readonly SoakCheck[] => [
  { name: 'every object ends byte-equal', ok: equal === all, found: `${equal} of ${all}` },
  { name: 'every process was killed once', ok: kills === all, found: `${kills} of ${all}` },
  { name: 'no final name held a part of a file', ok: partials === 0, found: `${partials}` },
  {
    name: 'at most one chunk a kill is sent twice',
    ok: overChunk === 0,
    found: `${overChunk} sent more${details.join('')}`,
  },
];

const runAll = async (world: FilesWorld, options: FilesSoakOptions): Promise<FilesTally> => {
  const random = seededRandom(options.seed);
  const zero = { equal: 0, kills: 0, serverKills: 0, partials: 0, overChunk: 0, mostTwiceBytes: 0, starts: 0 };
  const tally: FilesTally = { ...zero, details: [] };
  for (let number = 0; number < options.transfers * 2; number += 1) {
    const way: Way = number % 2 === 0 ? 'up' : 'down';
    const sizeBytes = Math.floor(MiB + random() * (options.largestMiB - 1) * MiB);
    const killAtBytes = Math.floor(random() * sizeBytes);
    const plan = { way, bytes: randomBytes(sizeBytes), killAtBytes, killsServer: random() < 0.25 };
    await killedTransfer(world, { ...plan, path: `file-${number}` }, tally);
    options.onProgress?.(`${number + 1} of ${options.transfers * 2}`);
  }
  return tally;
};
