import { spawn } from 'node:child_process';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { root } from './repository.js';

let folder: string;
beforeEach(async () => (folder = await mkdtemp(join(tmpdir(), 'hybrid-test-'))));
afterEach(() => rm(folder, { recursive: true, force: true }));

test('a run that leaves something behind ends, and fails', async () => {
  await writeFile(
    join(folder, 'leaking.test.js'),
    "test('listens for ever', (done) => void require('node:net').createServer().listen(0, '127.0.0.1', done));",
  );
  const reporters = ['default', join(root, 'jest.ends.cjs')];
  const jest = join(root, 'node_modules', 'jest', 'bin', 'jest.js');
  const config = JSON.stringify({ rootDir: folder, reporters, transform: {} });
  const run = spawn(process.execPath, [jest, '--config', config, '--runInBand'], { cwd: folder });
  const [output, code] = await Promise.all([text(run.stderr), new Promise((resolve) => run.once('exit', resolve))]);
  expect(output).toContain('1 passed');
  expect(output).toContain('Something was left running: ');
  expect(code).toBe(1);
}, 60_000);
