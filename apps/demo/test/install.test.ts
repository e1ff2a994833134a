import { execFile } from 'node:child_process';
import { chmod, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

const hybrid = join(__dirname, '..', 'bin', 'hybrid.mjs');

interface Ended {
  readonly code: unknown;
  readonly stdout: string;
  readonly stderr: string;
}

const run = (words: readonly string[]): Promise<Ended> =>
  new Promise((resolve) => {
    // In a CI too, what is piped is plain.
    const env = { PATH: process.env['PATH'], HOME: process.env['HOME'], CI: 'true' };
    execFile(process.execPath, [hybrid, ...words], { env }, (error, stdout, stderr) =>
      resolve({ code: error === null ? 0 : error.code, stdout, stderr }),
    );
  });

let scratch: string;
beforeAll(async () => {
  scratch = await mkdtemp(join(tmpdir(), 'hybrid-install-test-'));
  await chmod(scratch, 0o755); // run by root, the database's own user has to enter it
});
afterAll(() => rm(scratch, { recursive: true, force: true }));

test('the schema is missed, installed, found, pruned and removed, each through the door', async () => {
  const data = ['--data', join(scratch, 'data')];
  const steps: readonly (readonly [words: readonly string[], code: number, said: RegExp])[] = [
    [['install', '--check'], 1, /missing: the schema hybrid\n[\s\S]*missing: the function hybrid\.prune/],
    [['install'], 0, /migrations\.apply .*schema hybrid is there/],
    [['install', '--check'], 0, /all of it is there and current/],
    [['ledger', 'prune', '--older-than', '30d'], 0, /sql\.write .* keys older than 720 hours: 0 removed/],
    [['uninstall'], 2, /Nothing was removed/],
    [['install', '--check'], 0, /current/],
    [['uninstall', '--yes'], 0, /migrations\.apply .*schema hybrid is gone/],
    [['install', '--check'], 1, /missing: the schema hybrid/],
    [['ledger', 'prune', '--older-than', '1h'], 1, /FAIL sql\.write/],
  ];
  for (const [words, code, said] of steps) {
    const ended = await run([...words, ...data]);
    expect({ words, code: ended.code, said: ended.stdout + ended.stderr }).toEqual({
      words,
      code,
      said: expect.stringMatching(said),
    });
    expect(ended.stdout + ended.stderr).not.toContain('\u001b[');
  }
}, 180_000);

test.each([
  [['ledger', 'prune'], /--older-than/],
  [['ledger', 'prune', '--older-than', '30'], /such as 30d/],
  [['install', '--quietly'], /unknown option/],
])('%j is wrong use: exit code 2 and a sentence', async (words, sentence) => {
  const { code, stderr } = await run(words);
  expect(code).toBe(2);
  expect(stderr).toMatch(sentence);
});
