import { spawn } from 'node:child_process';
import { statSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

/** The folder of the repository. */
export const root = join(dirname(fileURLToPath(import.meta.url)), '..', '..');

const oldestNode = [20, 19];
/** No daemon and no screen control: nothing may stay behind, and output must be plain when piped. */
const quietNx = { NX_DAEMON: 'false', NX_TUI: 'false' };

/** Ends the program with one clear line when this Node cannot run the project. */
export const requireNode = (version = process.versions.node) => {
  const [major = 0, minor = 0] = version.split('.').map(Number);
  const recent = major > oldestNode[0] || (major === oldestNode[0] && minor >= oldestNode[1]);
  if (recent) return;
  console.error(`Node ${version} is too old: hybrid-supabase needs Node ${oldestNode.join('.')} or newer.`);
  process.exit(2);
};

/** Runs `npm ci` when the installed packages are missing or older than the lock file. */
export const installWhatIsMissing = async () => {
  if (isInstalled()) return;
  await step('Installing packages (once, usually under a minute)', npmCommand(), [
    'ci',
    '--no-audit',
    '--no-fund',
    '--loglevel=error',
  ]);
};

/**
 * Compiles the project in a folder and everything it stands on; what is compiled already is left alone. One compiler
 * for all of it: from nothing that takes half of what a task for each project does.
 */
export const build = (folder) =>
  step('Building', process.execPath, [
    join(root, 'node_modules', 'typescript', 'bin', 'tsc'),
    '--build',
    join(folder, 'tsconfig.lib.json'),
  ]);

/** Runs Nx with its output shown; resolves to its exit code. */
export const nx = (words) =>
  run(process.execPath, [nxBinary(), ...words], { stdio: 'inherit', env: { ...process.env, ...quietNx } });

/** Runs a program of the repository with this Node, its output shown; resolves to its exit code. */
export const program = (file, words) => run(process.execPath, [join(root, file), ...words], { stdio: 'inherit' });

const nxBinary = () => join(root, 'node_modules', 'nx', 'dist', 'bin', 'nx.js');
const npmCommand = () => (process.platform === 'win32' ? 'npm.cmd' : 'npm');

const isInstalled = () => {
  const installed = statSync(join(root, 'node_modules', '.package-lock.json'), { throwIfNoEntry: false });
  return installed !== undefined && installed.mtimeMs >= statSync(join(root, 'package-lock.json')).mtimeMs;
};

/** One line while a long step runs; its own output appears only when it fails. */
const step = async (title, command, words) => {
  const startMs = Date.now();
  process.stderr.write(`${title} … `);
  const output = [];
  const code = await run(
    command,
    words,
    { stdio: ['ignore', 'pipe', 'pipe'], env: { ...process.env, ...quietNx } },
    (chunk) => output.push(chunk),
  );
  process.stderr.write(
    code === 0 ? `${((Date.now() - startMs) / 1000).toFixed(1)} s\n` : `failed\n${Buffer.concat(output)}\n`,
  );
  if (code !== 0) process.exit(code);
};

/** `exit` can come before the last output was read, `close` comes after it. */
const run = (command, words, options, onOutput = () => undefined) =>
  new Promise((resolve) => {
    const child = spawn(command, words, { cwd: root, ...options });
    const forward = (signal) => child.kill(signal);
    const signals = ['SIGINT', 'SIGTERM'];
    for (const signal of signals) process.on(signal, forward);
    child.stdout?.on('data', onOutput);
    child.stderr?.on('data', onOutput);
    const end = (code) => {
      for (const signal of signals) process.off(signal, forward);
      resolve(code);
    };
    child.on('error', (error) => {
      console.error(`${command} could not be started: ${error.message}`);
      end(1);
    });
    child.on('close', (code) => end(code ?? 1));
  });
