import { execFile } from 'node:child_process';
import { join } from 'node:path';

const program = join(__dirname, '..', 'bin', 'parity.mjs');

const run = (words: readonly string[]): Promise<{ readonly code: unknown; readonly stdout: string }> =>
  new Promise((resolve) => {
    const env = { PATH: process.env['PATH'], HOME: process.env['HOME'] };
    execFile(process.execPath, [program, ...words], { env }, (error, stdout) =>
      resolve({ code: error === null ? 0 : error.code, stdout }),
    );
  });

test('every layer gives what is written in each case', async () => {
  const { code, stdout } = await run(['--json']);
  const result: unknown = JSON.parse(stdout);
  expect(result).toEqual({
    queries: expect.any(Number),
    layers: ['mcp', 'supabase', 'postgres'],
    equal: expect.any(Number),
    different: [],
    ok: true,
  });
  expect(code).toBe(0);
}, 120_000);

test('wrong use is exit code 2', async () => {
  expect((await run(['--fly'])).code).toBe(2);
});
