import { spawn } from 'node:child_process';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { root } from './repository.js';

const environment = join(root, 'jest.environment.cjs');
let folder: string;
beforeEach(async () => (folder = await mkdtemp(join(tmpdir(), 'hybrid-test-'))));
afterEach(() => rm(folder, { recursive: true, force: true }));

const runJest = async (options: object): Promise<{ readonly output: string; readonly code: unknown }> => {
  const jest = join(root, 'node_modules', 'jest', 'bin', 'jest.js');
  const config = JSON.stringify({ rootDir: folder, transform: {}, ...options });
  const run = spawn(process.execPath, [jest, '--config', config, '--runInBand'], { cwd: folder });
  const [output, code] = await Promise.all([text(run.stderr), new Promise((resolve) => run.once('exit', resolve))]);
  return { output, code };
};

test('a run that leaves something behind ends, and fails', async () => {
  await writeFile(
    join(folder, 'leaking.test.js'),
    "test('listens for ever', (done) => void require('node:net').createServer().listen(0, '127.0.0.1', done));",
  );
  const { output, code } = await runJest({ reporters: ['default', join(root, 'jest.ends.cjs')] });
  expect(output).toContain('1 passed');
  expect(output).toContain('Something was left running: ');
  expect(code).toBe(1);
}, 60_000);

test('a promise carries no storage of an earlier file', async () => {
  const content = `test('x', async () => {
    const promise = Promise.resolve();
    await promise;
    const stores = Object.getOwnPropertySymbols(promise).filter(({ description }) => description === 'kResourceStore');
    expect(stores.length).toBeLessThan(2);
  });`;
  for (const name of ['a', 'b', 'c']) await writeFile(join(folder, `${name}.test.js`), content);
  const { output, code } = await runJest({ testEnvironment: environment });
  expect(output).toContain('3 passed');
  expect(code).toBe(0);
}, 60_000);
