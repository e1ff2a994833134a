import { spawn } from 'node:child_process';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import type { Soak, SoakCheck, SoakResult } from './soak.js';

/** What the model says of its walk. */
interface Walked {
  readonly steps: number;
  readonly seen: Readonly<Record<string, number>>;
  /** Of all trails: two runs of one seed must have the same. */
  readonly digest: string;
}

/** How the model's test is run. */
export interface ModelRun {
  readonly steps: number;
  readonly seed: number;
  onOutput(text: string): void;
}

interface ModelRan {
  readonly exitCode: number | null;
  /** Absent when it broke off before it could say. */
  readonly walked: Walked | undefined;
}

/** Makes the soak of the routing policy. `root` is the folder of the repository: the model is a test of its own package. */
export const routingSoak =
  (root: string): Soak =>
  async ({ calls, seed, onProgress }) => {
    const startMs = performance.now();
    const output: string[] = [];
    onProgress?.(`walking ${calls} steps; this takes some minutes`);
    const { exitCode, walked } = await runModel(root, { steps: calls, seed, onOutput: (text) => output.push(text) });
    if (exitCode !== 0) onProgress?.(output.join(''));
    return resultOf({ calls, seed }, exitCode, walked, performance.now() - startMs);
  };

/** Runs the model's test in a process of its own and reads what it has written down. */
const runModel = async (root: string, { steps, seed, onOutput }: ModelRun): Promise<ModelRan> => {
  const folder = await mkdtemp(join(tmpdir(), 'routing-soak-'));
  const report = join(folder, 'walked.json');
  try {
    const globals = JSON.stringify({ modelSteps: steps, modelSeed: seed, modelReport: report });
    const test = ['test/model', '--testNamePattern', 'no walk', '--globals', globals];
    const exitCode = await ended(spawnJest(root, test, onOutput));
    const text = await readFile(report, 'utf8').catch(() => undefined);
    return { exitCode, walked: text === undefined ? undefined : readWalked(JSON.parse(text)) };
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
};

const spawnJest = (root: string, words: readonly string[], onOutput: (text: string) => void) => {
  const jest = join(dirname(createRequire(join(root, 'package.json')).resolve('jest/package.json')), 'bin', 'jest.js');
  const cwd = join(root, 'packages', 'routing-policy');
  const child = spawn(process.execPath, ['--experimental-vm-modules', '--no-warnings', jest, ...words], { cwd });
  for (const stream of [child.stdout, child.stderr]) stream.setEncoding('utf8').on('data', onOutput);
  return child;
};

const ended = (child: ReturnType<typeof spawnJest>): Promise<number | null> =>
  new Promise((resolve, reject) => child.once('error', reject).once('close', resolve));

const readWalked = (said: unknown): Walked | undefined => {
  if (typeof said !== 'object' || said === null) return undefined;
  if (!('steps' in said) || !('seen' in said) || !('digest' in said)) return undefined;
  const { steps, seen, digest } = said;
  if (typeof steps !== 'number' || typeof digest !== 'string' || !isCounts(seen)) return undefined;
  return { steps, seen, digest };
};

const isCounts = (value: unknown): value is Readonly<Record<string, number>> =>
  typeof value === 'object' && value !== null && Object.values(value).every((count) => typeof count === 'number');

const resultOf = (
  { calls, seed }: { readonly calls: number; readonly seed: number },
  exitCode: number | null,
  walked: Walked | undefined,
  tookMs: number,
): SoakResult => {
  const steps = walked?.steps ?? 0;
  const checks: readonly SoakCheck[] = [
    { name: 'no law is broken', ok: exitCode === 0, found: exitCode === 0 ? 'none' : 'see above' },
    { name: 'all steps were taken', ok: steps >= calls, found: `${steps} of ${calls}` },
    { name: 'the trails are told apart by', ok: walked !== undefined, found: walked?.digest ?? 'nothing' },
  ];
  return {
    ...{ soak: 'routing', seed, tookMs: Math.round(tookMs), counts: walked?.seen ?? {}, checks },
    ok: checks.every(({ ok }) => ok),
  };
};
