import { execFile } from 'node:child_process';
import { existsSync } from 'node:fs';
import { chmod, mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

const hybrid = join(__dirname, '..', 'bin', 'hybrid.mjs');

interface Ended {
  readonly code: number;
  readonly stdout: string;
  readonly stderr: string;
}

const run = (words: readonly string[], environment: Readonly<Record<string, string>> = {}): Promise<Ended> =>
  new Promise((resolve) => {
    execFile(
      process.execPath,
      [hybrid, ...words],
      {
        env: { PATH: process.env['PATH'], HOME: process.env['HOME'], NO_COLOR: '1', ...environment },
        maxBuffer: 64 * 1024 * 1024,
      },
      (error, stdout, stderr) =>
        resolve({ code: typeof error?.code === 'number' ? error.code : error ? 1 : 0, stdout, stderr }),
    );
  });

let scratch: string;
beforeAll(async () => {
  scratch = await mkdtemp(join(tmpdir(), 'hybrid-tour-test-'));
  await chmod(scratch, 0o755); // run by root, the database's own user has to enter it
  const folder = join(scratch, 'files', 'nested folder');
  await mkdir(folder, { recursive: true });
  for (let index = 0; index < 12; index += 1)
    await writeFile(join(folder, `file ${index}.txt`), `${index}\n`.repeat(index * 1000));
});
afterAll(() => rm(scratch, { recursive: true, force: true }));

test('the tour proves that nothing was lost, twice on the same data directory', async () => {
  expect(existsSync(join(__dirname, '..', 'dist', 'main.js'))).toBe(true);
  for (const _time of ['first', 'second']) {
    const { code, stdout, stderr } = await run([
      'tour',
      '--data',
      join(scratch, 'data'),
      '--folder',
      join(scratch, 'files'),
      '--json',
    ]);
    const outcome = JSON.parse(stdout) as Record<string, unknown>;
    const failed = (outcome['checks'] as { passed: boolean }[]).filter(({ passed }) => !passed);
    expect({ code, failed, stderr: /error/i.test(stderr) ? stderr : '' }).toEqual({ code: 0, failed: [], stderr: '' });
    expect(outcome).toMatchObject({ ok: true, queriesLost: 0, queriesDuplicated: 0, files: 12, checksumsVerified: 12 });
    expect(outcome['inFlightAtKill']).toBeGreaterThanOrEqual(1);
    expect(Object.keys(outcome['servedBy'] as object).sort()).toEqual(['mcp', 'supabase']);
  }
}, 180_000);

test('without a layer in the environment there is one clear error and exit code 2', async () => {
  const { code, stdout, stderr } = await run(['tour', '--folder', join(scratch, 'files')]);
  expect({ code, stdout }).toEqual({ code: 2, stdout: '' });
  expect(stderr).toMatch(/SUPABASE_ACCESS_TOKEN[\s\S]*SUPABASE_URL[\s\S]*--local/);
});

test.each([
  [['tour', '--concurrency', 'many'], /whole number/],
  [['tour', '--unknown'], /unknown option/],
  [['fly'], /unknown command/],
])('%j is wrong use: exit code 2 and a sentence', async (words, sentence) => {
  const { code, stderr } = await run(words);
  expect(code).toBe(2);
  expect(stderr).toMatch(sentence);
});

test('--help has examples and ends with 0', async () => {
  const { code, stdout, stderr } = await run(['--help']);
  expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
  expect(stdout).toContain('hybrid tour --local');
});
