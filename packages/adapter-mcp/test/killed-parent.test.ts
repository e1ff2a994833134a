import { execFileSync, spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { createServer, type Server } from 'node:http';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { pathToFileURL } from 'node:url';
import { isGone, untilGone } from './is-gone.js';

const home = join(__dirname, '..');
let built: string;

// The built form, ES modules and the one CommonJS file, beside `src` so that it finds the installed packages.
beforeAll(() => {
  mkdirSync(join(home, 'test-output'), { recursive: true });
  built = mkdtempSync(join(home, 'test-output', 'built-'));
  const compiler = require.resolve('typescript/bin/tsc');
  const sources = [
    'stdio.ts',
    'stdio-options.ts',
    'in-turn.ts',
    'tool-table.ts',
    'last-words.ts',
    'redact.ts',
    'server-preload.ts',
    'server-path.cts',
  ];
  const files = sources.map((file) => join(home, 'src', file));
  const options = ['--ignoreConfig', '--noCheck', '--noResolve', '--target', 'es2022', '--module', 'nodenext'];
  execFileSync(process.execPath, [compiler, ...options, '--types', 'node', '--outDir', built, ...files]);
});

afterAll(() => rmSync(built, { recursive: true, force: true }));

const linesOf = (parent: ChildProcess): AsyncIterator<string> =>
  createInterface({ input: parent.stdout! })[Symbol.asyncIterator]();

test('the child does not outlive a parent that was killed in the middle of a call', async () => {
  const silentApi = createServer(() => undefined).listen(0, '127.0.0.1');
  await once(silentApi, 'listening');
  const parent = startParent(silentApi);
  const lines = linesOf(parent);
  const pid = Number(String((await lines.next()).value).replace('child ', ''));
  expect((await lines.next()).value).toBe('connected');
  await once(silentApi, 'request');
  expect(isGone(pid)).toBe(false);
  parent.kill('SIGKILL');
  await once(parent, 'close');
  await untilGone(pid);
  silentApi.closeAllConnections();
  silentApi.close();
});

// It runs the built form, which so proves that it finds the installed server.
const startParent = (api: Server): ChildProcess => {
  const address = api.address();
  const port = typeof address === 'object' ? address?.port : undefined;
  const program = join(__dirname, 'programs', 'parent.mjs');
  const args = [program, pathToFileURL(join(built, 'stdio.js')).href, `http://127.0.0.1:${port}`];
  return spawn(process.execPath, args, { stdio: ['ignore', 'pipe', 'inherit'] });
};
